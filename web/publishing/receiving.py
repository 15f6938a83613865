"""What may become an edition of an exercise: its files by name, size and content, read as text and never executed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from grader.editions import NAME
from grader.errors import ExerciseError, ExplainedHere
from grader.messages import MOST_POINTS
from grader.reading import Sheet

LARGEST = 500_000  # characters of a file
MOST = 20  # files
KINDS = {"chapter": (str,), "order": (int, float), "profile": (str,), "pace": (str,)}  # of options that pages read
CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
UTF_8 = frozenset(["utf-8", "utf8"])
WORD = "[a-z_][a-z0-9_]{0,63}"
ROLES = ("starter", "check")  # without which there is nothing to hand in, or nothing to judge it by


class Unfit(ExplainedHere):
    """These files are no exercise; `text` says why."""


def check_files(name: str, files: Mapping[str, str]) -> None:
    """Modules and one translation; whether each is part of the exercise, its sheet says. Raises Unfit."""
    if not NAME.fullmatch(name):
        raise Unfit(f"{name[:60]!r} cannot be the name of an exercise.", f"{name[:60]!r} 不能作为题目名称。")
    if len(files) > MOST:
        raise Unfit(f"An exercise may have {MOST} files at most.", f"一道题最多 {MOST} 个文件。")
    allowed = re.compile(rf"({WORD}/){{0,2}}{WORD}\.py|zh/{name}\.toml")
    for path, text in files.items():
        if not allowed.fullmatch(path):
            raise _foreign(path, name)
        if len(text) > LARGEST or "\0" in text:
            raise Unfit(f"{path} is too long, or is no text.", f"{path} 过长，或者不是文本。")
        if _is_recoded(text):
            raise Unfit(f"{path} says that it is in another encoding than UTF-8.", f"{path} 声明了 UTF-8 以外的编码。")
    if f"{name}.py" in files and any(path.startswith(f"{name}/") for path in files):
        raise Unfit(f"{name} is a module and a package at once.", f"{name} 既是模块又是包。")


def _is_recoded(text: str) -> bool:
    """Whether Python would decode it otherwise than we do."""
    first = re.split(r"\r\n?|\n", text, maxsplit=2)[:2]
    return any(found[1].lower().replace("_", "-") not in UTF_8 for found in map(CODING.match, first) if found)


def _check_whole(sheet: Sheet, paths: Iterable[str]) -> None:
    """The files are all that the edition consists of, and no others: a worker has no more of it. Raises Unfit."""
    for path in paths:
        if path not in sheet.files:
            raise _foreign(path, sheet.name)
    pace = sheet.options.get("pace")
    if pace and (PurePosixPath(sheet.files[0]).parent / pace).as_posix() not in sheet.files:
        raise Unfit("Its pace was not sent, or does not lie below it.", "缺少 pace 程序，或者它不在题目文件夹之内。")
    if sheet.by_name:
        named = sheet.by_name[0]
        raise Unfit(
            f"{named} lies beside it, and is not found by that name elsewhere: write `from .{named} import …`.",
            f"{named} 与题目在同一文件夹，换个地方就找不到了：请写成 `from .{named} import …`。",
        )


def _foreign(path: str, name: str) -> Unfit:
    return Unfit(f"{path[:80]!r} is no file of the exercise {name}.", f"{path[:80]!r} 不是题目 {name} 的文件。")


def check_sheet(sheet: Sheet, paths: Iterable[str]) -> None:
    """What can be seen of it and its files without running it. `grader verify` proves the rest. Raises Unfit."""
    if not sheet.options or not sheet.chapter:
        raise Unfit(
            "There is no `exercise = Exercise(__name__, chapter=…)`.",
            "缺少 `exercise = Exercise(__name__, chapter=…)`。",
        )
    _check_kinds(sheet)
    _check_whole(sheet, paths)
    if not sheet.title.en:
        raise Unfit("There is no statement.", "缺少题面。")
    missing = [role for role in ROLES if not sheet.of(role)]
    if missing:
        raise Unfit(f"There is no {missing[0]}.", f"缺少 {missing[0]}。")
    if sheet.untranslated():
        listed = ", ".join(sheet.untranslated()[:5])
        raise Unfit(f"Without Chinese: {listed}.", f"缺少中文：{listed}。")


def _check_kinds(sheet: Sheet) -> None:
    """What pages read of it is of the kind that they expect: else each of them would fail. Raises Unfit."""
    wrong = [name for name, value in sheet.chinese.items() if not _says(name, value)]
    wrong += [name for name, kinds in KINDS.items() if not isinstance(sheet.options.get(name, kinds[0]()), kinds)]
    points = [entry.options.get("points") for entry in sheet.of("check")]  # None: computed, and unknown to us
    wrong += ["points"] if not all(isinstance(one, int | float) and 0 <= one <= MOST_POINTS for one in points) else []
    if wrong:
        named = ", ".join(name[:40] for name in wrong[:5])
        raise Unfit(f"These are of no kind that could be shown: {named}.", f"以下内容的类型不对，无法显示：{named}。")


def _says(name: str, value: Any) -> bool:
    """Whether this is a statement, or the words for each of several things."""
    if name == "statement":
        return isinstance(value, str)
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def unreadable(error: ExerciseError) -> Unfit:
    """In both languages, as far as it can be said in two."""
    return Unfit(f"It cannot be read: {error}", f"无法读取：{error}")
