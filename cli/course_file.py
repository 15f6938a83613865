"""A course file in TOML, from which students' repositories are made: `grader init-repo COURSE.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import assignments
from grader.messages import Language, Text
from grader.reading import Sheet

KINDS: dict[str, type] = {
    "service": str,
    "course": str,
    "exercises": list,
    "notebook": bool,
    "source": str,
    "folder": str,
}
NO_FOLDER = Text("there is no folder {folder}", "没有文件夹 {folder}")
NO_FILE = Text("{path}: {why}.", "{path}：{why}。")


@dataclass(frozen=True)
class CourseFile:
    """What every repository of a course shares."""

    exercises: tuple[str, ...]
    service: str = ""
    course: str = ""
    source: str = ""
    notebook: bool = False
    folder: Path | None = None  # of exercises of the course's own, which go before ours

    def sheets(self) -> dict[str, Sheet]:
        """Those that a repository can be made for. Raises ExerciseError."""
        own = assignments.sheets(self.folder) if self.folder else ()
        return {sheet.name: sheet for sheet in (*assignments.sheets(), *own)}


def is_course_file(words: tuple[str, ...]) -> bool:
    """Whether what stands in the place of exercises is a file."""
    return len(words) == 1 and words[0].endswith(".toml")


def read_course(path: Path, language: Language) -> CourseFile:
    """One that makes no sense is a usage error."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(NO_FILE(language).format(path=path, why=error)) from error
    mistake = _mistake(found)
    if mistake:
        raise click.UsageError(NO_FILE(language).format(path=path, why=mistake(language)))
    folder = path.parent / found["folder"] if found.get("folder") else None
    if folder and not folder.is_dir():
        raise click.UsageError(NO_FILE(language).format(path=path, why=NO_FOLDER(language).format(folder=folder)))
    return CourseFile(**{**found, "exercises": tuple(found["exercises"]), "folder": folder})


def _mistake(found: dict[str, Any]) -> Text | None:
    unknown = sorted(found.keys() - KINDS.keys())
    if unknown:
        return Text(f"{unknown[0]} is not known", f"不认识 {unknown[0]}")
    for name, value in found.items():
        if not isinstance(value, KINDS[name]):
            kind = KINDS[name].__name__
            return Text(f"{name} must be a {kind}", f"{name} 的类型应为 {kind}")
    names = found.get("exercises")
    if not names or not all(isinstance(name, str) for name in names):
        return Text("exercises must list names", "exercises 应列出题目名称")
    return None
