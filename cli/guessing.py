"""Which exercise a file is for, guessed from the names it defines; by regular expression, nothing is parsed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from grader.calls import File
from grader.messages import Text
from grader.reading import Sheet

DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)[ \t]*(?:\(([^()]{0,400})\))?", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=[ \t]*lambda\b", re.MULTILINE)
Signatures = dict[str, int | None]  # name → how many parameters, where that can be seen


@dataclass(frozen=True)
class Unclear:
    """No single exercise fits: `text` says so, `candidates` are worth naming."""

    text: Text
    candidates: tuple[str, ...]


def guess(files: tuple[File, ...], sheets: tuple[Sheet, ...]) -> Sheet | Unclear:
    """The one exercise whose functions the files define, else why there is no such one.

    A file that is called like an exercise, as new-solution calls it, and has something of it, is for that one. Else,
    where several fit, the number of parameters decides, then who asks for more functions.
    """
    defined = signatures(files)
    stems = {PurePath(file.name).stem for file in files}
    called = [sheet for sheet in sheets if sheet.name in stems and _near(wanted(sheet), defined)]
    if len(called) == 1:
        return called[0]
    fitting = [sheet for sheet in sheets if wanted(sheet).keys() <= defined.keys()]
    if not fitting:
        fitting = [sheet for sheet in sheets if wanted(sheet).keys() & defined.keys()]
    fitting = list(_narrowed(fitting, defined))
    if len(fitting) == 1:
        return fitting[0]
    return _several(fitting) if fitting else _none(defined, sheets)


def signatures(files: Iterable[File]) -> Signatures:
    """The functions and classes that the files define at column 0."""
    found: Signatures = {}
    for file in files:
        found |= {match[1]: _count(match[2]) for match in DEFINED.finditer(file.text)}
        found |= {match[1]: None for match in ASSIGNED.finditer(file.text) if match[1] not in found}
    return found


def wanted(sheet: Sheet) -> Signatures:
    """What an exercise asks to be defined."""
    return signatures([File(entry.name, entry.source) for entry in sheet.of("starter")])


def _count(parameters: str | None) -> int | None:
    if parameters is None or "*" in parameters:
        return None
    plain = re.sub(r"\[[^\[\]]*\]|#[^\n]*", "", parameters)
    return len([p for p in plain.split(",") if p.strip() and p.strip() != "/"])


def _narrowed(sheets: list[Sheet], defined: Signatures) -> Iterator[Sheet]:
    rules: tuple[Callable[[Sheet], bool], ...] = (
        lambda sheet: _same_parameters(wanted(sheet), defined),
        lambda sheet: all(wanted(other).keys() <= wanted(sheet).keys() for other in sheets),
    )
    for rule in rules:
        narrower = [sheet for sheet in sheets if rule(sheet)]
        sheets = narrower or sheets
    yield from sheets


def _same_parameters(asked: Signatures, defined: Signatures) -> bool:
    shared = asked.keys() & defined.keys()
    return all(None in (asked[name], defined[name]) or asked[name] == defined[name] for name in shared)


def _several(sheets: list[Sheet]) -> Unclear:
    names = tuple(sheet.name for sheet in sheets)
    return Unclear(Text("These functions belong to more than one exercise.", "这些函数不止属于一道题。"), names)


def _none(defined: Signatures, sheets: tuple[Sheet, ...]) -> Unclear:
    if not defined:
        return Unclear(Text("The file defines no function at the left margin.", "文件在行首没有定义任何函数。"), ())
    near = {sheet: _near(wanted(sheet), defined) for sheet in sheets}
    pairs = dict.fromkeys(pair for found in near.values() for pair in found)
    if not pairs:
        return Unclear(Text("No exercise asks for these functions.", "没有题目要求这些函数。"), ())
    name, close = next(iter(pairs))
    asking = [sheet for sheet in sheets if (name, close) in near[sheet]]
    asking = [sheet for sheet in asking if wanted(sheet)[close] in (None, defined[name])] or asking
    of_en, of_zh = (f", of {asking[0].name}", f"{asking[0].name} 的 ") if len(asking) == 1 else ("", "")
    return Unclear(
        Text(
            f"No exercise asks for {name}. Did you mean {close}{of_en}? Then rename it.",
            f"没有题目要求 {name}。你指的是 {of_zh}{close} 吗？如果是，请改名。",
        ),
        tuple(sheet.name for sheet in asking),
    )


def _near(asked: Signatures, defined: Signatures) -> list[tuple[str, str]]:
    """(a defined name, a wanted one that is the same or nearly)."""
    return [(name, close) for name in defined for close in difflib.get_close_matches(name, asked, 3, 0.7)]
