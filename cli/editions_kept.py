"""Published editions in a backup: all of them in one file of JSON, path → text, which of each is present among them.

Neither the file nor what lies in the folder is trusted: workers may write there, and a backup may come from anywhere.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from cli.archive import Damaged
from grader.editions import EDITION, LOCK, NAME, PRESENT, Editions, for_all_to_read

FILE = "published.json"
WORD = "[A-Za-z_][A-Za-z0-9_]{0,63}"  # a folder has no dot: none can be where another path wants a file
PLACE = re.compile(rf"{NAME.pattern}/{EDITION.pattern}/({WORD}/){{0,2}}{WORD}\.(py|toml)")  # beside them: bytecode


def undisturbed(published: Path | None) -> AbstractContextManager[None]:
    """Whoever publishes meanwhile waits. Raises OSError."""
    there = published is not None and (published / LOCK).exists()
    return Editions(published).alone() if published and there else nullcontext()


def gather(published: Path | None, folder: Path) -> None:
    """Write the file into `folder`, where anything is published.

    What says which are present is read first: whatever it names was there before it was written.
    """
    if published is None or not Editions(published).present():
        return
    texts = {PRESENT: (published / PRESENT).read_text(encoding="utf-8")}
    for path in sorted(published.glob("*/*/**/*")):
        place = path.relative_to(published).as_posix()
        if PLACE.fullmatch(place) and path.is_file() and _is_within(path, published):
            texts[place] = path.read_text(encoding="utf-8")
    (folder / FILE).write_text(json.dumps(texts), encoding="utf-8")


def put_back(folder: Path, published: Path) -> None:
    """From the file in `folder`, which goes. Raises Damaged before anything is written."""
    if not (folder / FILE).exists():
        return
    texts = _read(folder / FILE)
    for path in texts:
        if not (path == PRESENT or PLACE.fullmatch(path)) or not _is_within(published / path, published):
            raise Damaged(f"{path[:80]!r} is no place for an edition")
    for path, text in texts.items():
        if path != PRESENT:
            _write(published / path, text)
    if PRESENT in texts:
        _write(published / PRESENT, texts[PRESENT])  # last: until then nobody asks for them
        (published / LOCK).touch()
        for_all_to_read(published, *published.rglob("*"))
    (folder / FILE).unlink()


def _read(file: Path) -> dict[str, str]:
    try:
        texts = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{FILE} cannot be read: {error}") from error
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise Damaged(f"{FILE} is no list of texts")
    return texts


def _is_within(path: Path, folder: Path) -> bool:
    """Whether no link on the way leads elsewhere."""
    return path.resolve() == folder.resolve() / path.relative_to(folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
