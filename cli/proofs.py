"""Proving exercises within a budget of time, and what a runner of CI is told of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from cli.formats.annotations import command
from cli.formats.results import Spot
from cli.formats.summary import quoted
from cli.formats.writing import SUMMARY_FILE
from grader.messages import Language, Text
from grader.showing import visible

IN_TIME = Text("it is proved within the time given", "在规定时间内完成验证")
TOO_LONG = Text("the budget of {minutes:g} minutes is used up", "{minutes:g} 分钟的时间已用完")
HOLD = Text("all laws hold", "全部规律成立")
HEADING = Text("Exercises", "题目")


class OutOfTime(BaseException):
    """The budget is used up. No Exception: what a law may raise is taken for its failure."""


@dataclass(frozen=True)
class Broken:
    """A law that does not hold."""

    law: str
    detail: str


@dataclass(frozen=True)
class Proof:
    """What came of one exercise."""

    name: str
    path: Path
    broken: tuple[Broken, ...]


@contextmanager
def budget(minutes: float | None) -> Iterator[None]:
    """Raises OutOfTime in the main thread, also in the middle of an exercise that never comes to an end."""
    if minutes is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, max(minutes * 60, 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(_: int, __: FrameType | None) -> None:
    raise OutOfTime


def late(minutes: float | None, language: Language) -> Broken:
    """The law that an exercise breaks for which there was no time."""
    return Broken(IN_TIME(language), TOO_LONG(language).format(minutes=minutes or 0))


def tell_runner(proofs: Sequence[Proof], surroundings: Mapping[str, str], root: Path, language: Language) -> None:
    """On GitHub: an annotation for each broken law, and the step's summary. Elsewhere nothing."""
    if surroundings.get("GITHUB_ACTIONS") != "true":
        return
    for proof in proofs:
        for broken in proof.broken:
            title = f"{proof.name}: {broken.law}"
            click.echo(command("error", _spot(proof.path, root), title, visible(broken.detail, 4000)))
    path = surroundings.get(SUMMARY_FILE)
    if path:
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(summary(proofs, language))


def summary(proofs: Sequence[Proof], language: Language) -> str:
    """A table in Markdown."""
    lines = [f"## {HEADING(language)}", "", "| | | |", "|---|---|---|"]
    for proof in proofs:
        if not proof.broken:
            lines.append(f"| ✓ | {quoted(proof.name)} | {HOLD(language)} |")
        lines += [f"| ✗ | {quoted(proof.name)} | {quoted(one.law)}: {quoted(one.detail)} |" for one in proof.broken]
    return "\n".join(lines) + "\n"


def _spot(path: Path, root: Path) -> Spot | None:
    found = path.resolve()
    return Spot(found.relative_to(root.resolve()).as_posix()) if found.is_relative_to(root.resolve()) else None
