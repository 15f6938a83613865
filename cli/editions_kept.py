"""Published editions in a backup: all of them in one file of JSON, path → text, which of each is present among them."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from cli.archive import Damaged
from grader.editions import PRESENT, Editions

FILE = "published.json"
TEXTS = frozenset([".py", ".toml"])  # beside them lies what Python made of them, where a worker may write


def gather(published: Path | None, folder: Path) -> None:
    """Write the file into `folder`, where anything is published.

    What says which are present is read first: whatever it names was there before it was written.
    """
    if published is None or not Editions(published).present():
        return
    texts = {PRESENT: (published / PRESENT).read_text(encoding="utf-8")}
    for path in sorted(published.glob("*/*/**/*")):
        hidden = path.relative_to(published).parts[0].startswith(".")
        if path.suffix in TEXTS and path.is_file() and not hidden:
            texts[path.relative_to(published).as_posix()] = path.read_text(encoding="utf-8")
    (folder / FILE).write_text(json.dumps(texts), encoding="utf-8")


def put_back(folder: Path, published: Path) -> None:
    """From the file in `folder`, which goes. Raises Damaged before anything is written."""
    if not (folder / FILE).exists():
        return
    texts = json.loads((folder / FILE).read_text(encoding="utf-8"))
    for path in texts:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts:
            raise Damaged(f"{path} is no place for an edition")
    for path, text in texts.items():
        if path != PRESENT:
            _write(published / path, text)
    if PRESENT in texts:
        _write(published / PRESENT, texts[PRESENT])  # last: until then nobody asks for them
    (folder / FILE).unlink()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
