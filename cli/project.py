"""chainrule.toml: what a repository hands in, and where."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from cli.guessing import signatures, wanted
from cli.options import usage
from grader.files import Source, Unreadable, read_paths
from grader.messages import Language, Text
from grader.reading import Sheet

NAME = "chainrule.toml"
KEYS = frozenset(["service", "course", "link", "exercises"])
TWO = Text(
    "{exercise}: {first} and {second} both define {function}. Only one can count: name that one in chainrule.toml.",
    "{exercise}：{first} 和 {second} 都定义了 {function}，只能有一个算数：请在 chainrule.toml 里只写那一个。",
)


@dataclass(frozen=True)
class Work:
    """What is handed in for an exercise: paths from the working directory."""

    exercise: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Project:
    """A repository of a student. service and course are empty where nothing is sent.

    link: the code with which the course's page of repositories has it prove whose it is.
    """

    service: str
    course: str
    work: tuple[Work, ...]
    link: str = ""


def find_project(language: Language, folder: Path = Path()) -> Project | None:
    """The project of a folder; None where there is no chainrule.toml. One that makes no sense is a usage error."""
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"cannot be read: {error}", f"无法读取：{error}", language)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse(f"is not TOML: {error}", f"不是有效的 TOML：{error}", language)
    return _project(found, folder, language)


def _project(found: dict[str, Any], folder: Path, language: Language) -> Project:
    unknown = sorted(found.keys() - KEYS)
    if unknown:
        _refuse(f"does not know {unknown[0]}", f"不认识 {unknown[0]}", language)
    service, course, exercises = found.get("service", ""), found.get("course", ""), found.get("exercises")
    link = found.get("link", "")
    if not isinstance(service, str) or not isinstance(course, str) or not isinstance(link, str):
        _refuse("wants text for service, course and link", "service、course 和 link 必须是文本", language)
    if not isinstance(exercises, dict) or not exercises:
        _refuse("names no exercise below [exercises]", "在 [exercises] 下没有写任何题目", language)
    work = tuple(Work(name, _paths(name, listed, folder, language)) for name, listed in exercises.items())
    return Project(service, course, work, link)


def _paths(exercise: str, listed: object, folder: Path, language: Language) -> tuple[Path, ...]:
    """Files of the repository: none of them may lie outside, for CI sends what it finds there."""
    names = [listed] if isinstance(listed, str) else listed
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        _refuse(f"wants a list of files for {exercise}", f"{exercise} 应写成文件列表", language)
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not (folder / name).resolve().is_relative_to(folder.resolve()):
            _refuse(f"names {name}, which lies outside", f"中的 {name} 位于仓库之外", language)
    return tuple(folder / name for name in names)


def read_work(work: Work, sheet: Sheet | None, language: Language) -> Source:
    """The files of an exercise. Files that cannot be read, and two solutions of one exercise, are usage errors."""
    try:
        source = read_paths(work.paths)
    except Unreadable as error:
        usage(error.text, language)
    for function in wanted(sheet) if sheet else ():
        defining = [file.name for file in source.files if function in signatures([file])]
        if len(defining) > 1:
            said = {"exercise": work.exercise, "first": defining[0], "second": defining[1], "function": function}
            usage(Text(TWO.en.format(**said), TWO.zh.format(**said)), language)
    return source


def _refuse(en: str, zh: str, language: Language) -> NoReturn:
    usage(Text(f"{NAME} {en}.", f"{NAME} {zh}。"), language)
