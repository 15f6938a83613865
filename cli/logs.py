"""The parts' log files: kept short by putting old lines aside, and read for what a part says."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

AT_START = 1 << 20  # bytes beyond which a part's start begins a new file
LARGEST = 10 << 20  # bytes beyond which a file is put aside while its part goes on
KEPT = 3


def open_log(path: Path) -> int:
    """A descriptor that appends to the log, which only its user can read; a long log is put aside first."""
    if size_of(path) > AT_START:
        _make_room(path)
        path.rename(_aside(path, 1))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def shorten(path: Path) -> None:
    """Put the lines of a long log aside while its part writes on: it appends, and so goes on at the new end."""
    if size_of(path) > LARGEST:
        _make_room(path)
        shutil.copyfile(path, _aside(path, 1))
        _aside(path, 1).chmod(0o600)
        os.truncate(path, 0)


def size_of(path: Path) -> int:
    """In bytes; 0 for a file that is not there."""
    return path.stat().st_size if path.exists() else 0


def said_since(path: Path, offset: int) -> str:
    """What was written after `offset` bytes."""
    with path.open("rb") as log:
        log.seek(offset)
        return log.read().decode("utf-8", "replace")


def last_lines(path: Path, offset: int, count: int = 6) -> str:
    """The last lines written after `offset` bytes, indented, or nothing."""
    lines = [line for line in said_since(path, offset).splitlines() if line.strip()] if path.exists() else []
    return "".join(f"\n    {line[:200]}" for line in lines[-count:])


def _make_room(path: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        if _aside(path, number).exists():
            _aside(path, number).replace(_aside(path, number + 1))


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
