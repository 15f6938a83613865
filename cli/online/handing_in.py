"""Handing in so that a cut loses nothing: the same commit and files have one key, and so are one submission."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from cli.online import words
from cli.online.client import Away, Client
from cli.online.origin import Origin
from cli.online.received import report_of
from grader.calls import File
from grader.errors import Mendable
from grader.files import Source
from grader.messages import Report, Text

Stand = dict[str, Any]
Answer = TypeVar("Answer")
FAULTS = 5  # submissions of the same that we could not grade, before somebody should look
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between tries; then the last again
AT_ONCE = 20  # seconds that one question waits at the service


class Cut(Mendable):
    """The service went away. number: of the attempt, where it has arrived."""

    heading = words.OUT_OF_REACH

    def __init__(self, away: Away, number: int | None) -> None:
        super().__init__(away.text, words.said(words.GOES_ON, number=str(number)) if number else words.NOT_SENT)


@dataclass(frozen=True)
class Counter:
    """Where work is handed in. patience: seconds in all; tell: hears how it stands, in words."""

    client: Client
    patience: float
    tell: Callable[[Text], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = field(default=time.sleep)

    def hand_in(self, course: str, exercise: str, source: Source, origin: Origin) -> tuple[Stand, bool]:
        """The submission, and whether it was there already. Where the last was lost through us, a new one is made."""
        path = f"/courses/{quote(course, safe='')}/exercises/{quote(exercise, safe='')}/submissions"
        body = {"files": [_sendable(file) for file in source.files], **origin.fields}
        end = self.clock() + self.patience
        for turn in range(FAULTS):
            header = {"Idempotency-Key": key_of(course, exercise, source, origin.commit, turn)}
            status, stand = self._until(end, None, lambda: self.client.ask("POST", path, body, header))  # noqa: B023 - asked before the next turn
            if status == 201 or stand.get("state") != "ours":
                break
        return stand, status == 200

    def wait(self, stand: Stand) -> Stand:
        """Where it stands in the end. Raises Cut when patience is over."""
        end, number = self.clock() + self.patience, stand.get("number")
        while stand.get("state") in {"waiting", "running"}:
            self.tell(_words(stand))
            path = f"/submissions/{quote(str(stand['submission']), safe='')}?wait={AT_ONCE}"
            asked = self.clock()
            stand = self._until(end, number, lambda: self.client.ask("GET", path))[1]  # noqa: B023 - likewise
            if self.clock() > end:
                raise Cut(Away(words.said(words.TOO_SLOW, service=self.client.service)), number)
            if self.clock() - asked < 1 and stand.get("state") in {"waiting", "running"}:
                self.sleep(1.0)  # too many wait there: it answered at once
        return stand

    def report(self, stand: Stand, functions: dict[str, str]) -> Report | None:
        """The report of what is graded; None where it is not published. Raises NotUnderstood."""
        if stand.get("state") != "graded" or stand.get("points") is None:
            return None
        path = f"/submissions/{quote(str(stand['submission']), safe='')}/report"
        end = self.clock() + self.patience
        return report_of(self._until(end, stand.get("number"), lambda: self.client.ask("GET", path))[1], functions)

    def _until(self, end: float, number: int | None, ask: Callable[[], Answer]) -> Answer:
        """The answer, asked for again while nobody is there. Raises Cut at the end, or where it is hopeless."""
        for pause in _pauses():
            try:
                return ask()
            except Away as away:
                wait = max(pause, away.after)
                if away.hopeless or self.clock() + wait > end:
                    raise Cut(away, number) from away
                self.tell(_again(away, wait))
                self.sleep(wait)
        raise AssertionError  # pauses never end


def key_of(course: str, exercise: str, source: Source, commit: str, turn: int = 0) -> str:
    """The idempotency key. turn: how many of the same were lost through a fault of ours."""
    parts = [course, exercise, commit, turn, [[file.name, file.text, list(file.cells)] for file in source.files]]
    return f"cli-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def _sendable(file: File) -> dict[str, str]:
    """As JSON takes it. A notebook goes as the notebook that its cells make, without outputs."""
    return {"name": sent_name(file.name), "text": notebook(file) if file.cells else file.text}


def sent_name(name: str) -> str:
    """What a file is called at the service, which knows no folders."""
    return name.rpartition("/")[2]


def notebook(file: File) -> str:
    """The code cells of a notebook as a notebook."""
    lines = file.text.removesuffix("\n").split("\n")
    ends = (*(start - 1 for start in file.cells[1:]), len(lines))
    sources = ["\n".join(lines[start - 1 : end]) for start, end in zip(file.cells, ends, strict=True)]
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": one} for one in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def _again(away: Away, seconds: float) -> Text:
    shown = f"{seconds:.0f}"
    return Text(
        words.TRYING.en.format(why=away.text.en, seconds=shown), words.TRYING.zh.format(why=away.text.zh, seconds=shown)
    )


def _words(stand: Stand) -> Text:
    exercise = str(stand.get("exercise", ""))
    if stand["state"] == "waiting":
        before = stand.get("before") or 0
        return words.said(words.WAITING if before else words.NEXT, exercise=exercise, before=str(before))
    if not stand.get("of"):
        return words.said(words.STARTED, exercise=exercise)
    return words.said(words.RUNNING, exercise=exercise, done=str(stand.get("done")), of=str(stand["of"]))
