"""Editions of exercises that were published: NAME/EDITION/ in a folder which the site writes and workers read.

All of them stay, so that a grade can be computed again. `present.json` says which of each is handed out now.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from grader.errors import ExerciseError
from grader.reading import Sheet, read_sheet

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
EDITION = re.compile(r"[0-9a-f]{16}")
PRESENT = "present.json"
LOCK = ".lock"
DRAFT = ".new-"  # begins the name of what is not kept yet
UNREADABLE = (OSError, RecursionError, MemoryError, ValueError)  # beside what is said: how deep Python goes varies

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Editions:
    """Those in a folder, which need not be there."""

    folder: Path

    def stamp(self) -> tuple[int, ...]:
        """Another one whenever something was published; empty where nothing ever was."""
        try:
            found = (self.folder / PRESENT).stat()
        except OSError:
            return ()
        return (found.st_mtime_ns, found.st_ino, found.st_size)  # two publish within one tick of the clock

    def present(self) -> dict[str, str]:
        """Exercise → its present edition, for those that have one here."""
        try:
            return self._present()
        except (OSError, ValueError):
            return {}

    def _present(self) -> dict[str, str]:
        """Raises OSError, ValueError where the list is damaged; nothing published is no damage."""
        path = self.folder / PRESENT
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if not isinstance(found, dict):
            raise ValueError("no list of editions")  # noqa: TRY004 - what a file says, not what a caller gave
        return {name: edition for name, edition in found.items() if _proper(name, edition)}

    def path(self, name: str, edition: str) -> Path | None:
        """The module of an edition, or its package's `__init__.py`; None where it is not here."""
        if not _proper(name, edition):
            return None
        home = self.folder / name / edition
        candidates = (home / f"{name}.py", home / name / "__init__.py")
        return next((path for path in candidates if path.is_file()), None)

    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of all present editions. One that cannot be read any more is said in the log and left out."""
        found = (self.path(name, edition) for name, edition in self.present().items())
        return tuple(sheet for path in found if path and (sheet := _readable(path)))

    def stands(self, name: str, edition: str, words: str) -> bool:
        """Whether this edition is the present one, with a translation of this digest. Raises OSError, ValueError."""
        return self._present().get(name) == edition and self.words(name, edition) == words

    def words(self, name: str, edition: str) -> str:
        """The digest of an edition's translation, which alone of it can change; empty without one."""
        return _digest(self.folder / name / edition, name)

    def touch(self) -> None:
        """Let whoever keeps what is present look again."""
        os.utime(self.folder / PRESENT)

    @contextmanager
    def drafted(self, name: str, files: Mapping[str, str], check: Callable[[Sheet], None]) -> Iterator[Draft]:
        """These files of an exercise as an edition that nobody sees until it is kept; one at a time in this folder.

        files: path → text, relative to the folder of exercises; check: raises where the sheet will not do. Raises
        ExerciseError where they are no exercise. What a publisher who was killed has left behind goes away.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / LOCK).touch()
        with self.alone():
            self._tidy()
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=DRAFT) as folder:
                home = Path(folder) / "edition"
                for path, text in files.items():
                    (home / path).parent.mkdir(parents=True, exist_ok=True)
                    with (home / path).open("w", encoding="utf-8") as stream:
                        _write(stream, text)
                for_all_to_read(home, *home.rglob("*"))
                sheet = _read(home, name)
                check(sheet)
                yield Draft(self.folder, home, sheet, self._undamaged())

    @contextmanager
    def alone(self, *, patient: bool = True) -> Iterator[None]:
        """Whoever publishes, or looks at what became of it, takes turns. Raises OSError where nobody ever published.

        Who is not patient gets a BlockingIOError where it is somebody else's turn.
        """
        with (self.folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def _undamaged(self) -> dict[str, str]:
        try:
            return self._present()
        except (OSError, ValueError) as error:  # else all other exercises would be forgotten
            message = f"{PRESENT} in the folder of published editions is damaged ({type(error).__name__}): restore it"
            raise ExerciseError(message) from error

    def _tidy(self) -> None:
        for left in self.folder.glob(f"{DRAFT}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


@dataclass(frozen=True)
class Draft:
    """An edition that is written down beside the published ones. present: those of all exercises, before it is kept."""

    folder: Path
    home: Path
    sheet: Sheet
    present: Mapping[str, str]

    @property
    def before(self) -> str:
        """The published edition that was handed out until now; empty where there was none."""
        return self.present.get(self.sheet.name, "")

    @property
    def words(self) -> str:
        """The digest of its translation."""
        return _digest(self.home, self.sheet.name)

    @property
    def is_new(self) -> bool:
        """Whether to keep it would change anything."""
        return (self.before, _digest(self._place, self.sheet.name)) != (self.sheet.edition, self.words)

    @property
    def _place(self) -> Path:
        return self.folder / self.sheet.name / self.sheet.edition

    def keep(self) -> None:
        """Hand it out from now on. Who reads meanwhile finds all old or all new."""
        if self._place.exists():  # the same program: only its translation can be another
            _renew(self.home, self._place, Path("zh", f"{self.sheet.name}.toml"))
        else:
            self._place.parent.mkdir(exist_ok=True)
            for_all_to_read(self.folder, self._place.parent)
            self.home.rename(self._place)
        descriptor, made = tempfile.mkstemp(dir=self.folder, prefix=DRAFT)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            _write(stream, json.dumps({**self.present, self.sheet.name: self.sheet.edition}))
        for_all_to_read(Path(made))
        Path(made).replace(self.folder / PRESENT)


def for_all_to_read(*paths: Path) -> None:
    """Workers read it, as somebody else; and nobody else writes it, whatever the umask allows."""
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _digest(home: Path, name: str) -> str:
    """Of the translation there; empty without one."""
    path = home / "zh" / f"{name}.toml"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def _write(stream: TextIO, text: str) -> None:
    """On the disk before anything else says that it is there."""
    stream.write(text)
    stream.flush()
    os.fsync(stream.fileno())


def _renew(home: Path, place: Path, path: Path) -> None:
    """Put one file of `home` into `place`, where there may be one of that name."""
    if (home / path).is_file():
        (place / path).parent.mkdir(exist_ok=True)
        (home / path).replace(place / path)


def _readable(path: Path) -> Sheet | None:
    try:
        return read_sheet(path)
    except (ExerciseError, *UNREADABLE) as error:
        log.error("a published edition cannot be read: %s", error)  # noqa: TRY400 - the stack says no more
        return None


def _proper(name: object, edition: object) -> bool:
    return (
        isinstance(name, str)
        and isinstance(edition, str)
        and bool(NAME.fullmatch(name))
        and bool(EDITION.fullmatch(edition))
    )


def _read(folder: Path, name: str) -> Sheet:
    """Read as text. Raises ExerciseError also for what makes Python's parser give up."""
    path = next((p for p in (folder / f"{name}.py", folder / name / "__init__.py") if p.is_file()), None)
    if path is None:
        message = f"there is neither {name}.py nor {name}/__init__.py"
        raise ExerciseError(message)
    try:
        return read_sheet(path)
    except ExerciseError as error:
        raise ExerciseError(str(error).replace(f"{folder}/", "")) from error
    except UNREADABLE as error:
        message = f"{name} cannot be read: {type(error).__name__}"
        raise ExerciseError(message) from error
