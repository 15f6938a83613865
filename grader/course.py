"""A folder of exercises read as a course: its sheets in order, by chapters. Nothing in it is imported."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from grader.messages import Text
from grader.parts import name_of
from grader.reading import Sheet, read_sheet


@cache
def sheets(directory: Path) -> tuple[Sheet, ...]:
    """The sheets of all exercises in a folder, in the order of the course. Raises ExerciseError."""
    found = [read_sheet(path) for path in modules(directory)]
    return in_order(s for s in found if s.options)


def in_order(found: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Sheets as a course goes through them."""
    return tuple(sorted(found, key=lambda s: (s.options.get("order", 99), s.name)))


def chapters(directory: Path) -> dict[str, list[Sheet]]:
    """The sheets of each chapter, and the chapters in the order of their first exercises."""
    course: dict[str, list[Sheet]] = {}
    for sheet in sheets(directory):
        course.setdefault(sheet.chapter, []).append(sheet)
    return course


@cache
def chapter_titles(directory: Path) -> dict[str, Text]:
    """What the chapters are called, from `chapters.toml`; a folder need not have one."""
    path = directory / "chapters.toml"
    if not path.is_file():
        return {}
    return {name: Text(**words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def path_of(name: str, directory: Path) -> Path:
    """The module of an exercise in a folder, or its package's `__init__.py`. Raises KeyError where there is none."""
    return {name_of(path): path for path in modules(directory)}[name]


def modules(directory: Path) -> list[Path]:
    """Every module and package of a folder, exercises and what they share."""
    return sorted({*directory.glob("*.py"), *directory.glob("*/__init__.py")} - {directory / "__init__.py"})
