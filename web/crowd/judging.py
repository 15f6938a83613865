"""What a made-up attempt looks like: its code, and the report that it would have earned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.calls import File, Seconds
from grader.messages import Fault, Finding, Remark, Report, Text, Thought
from grader.plain import to_plain
from grader.reading import Entry, Sheet
from web.crowd.stories import Task, Turn

UNREADABLE = Remark(
    "syntax",
    Text(
        "Python cannot read the file: line 4 has an opening bracket that is never closed.",
        "Python 读不了这个文件：第 4 行的左括号没有闭合。",
    ),
    line=4,
)
DIFFERENCE = Text("Got $0.75$, expected $1.5$: half of it.", "得到 $0.75$，应为 $1.5$：只有一半。")
BROKEN = Fault(
    "", "", 0, "ours",
    Text("The grader stopped before it was done.", "评分程序中途停止。"),
    "worker: the box did not answer within 30 s",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What a grade's row keeps of a report. `plain` lacks the seed."""

    points: float
    out_of: float
    codes: list[str]
    verdicts: list[list[Any]]
    plain: dict[str, Any]


def judged(task: Task, turn: Turn) -> Judged:
    """The outcome of an attempt: the same for everybody whose attempt is the same."""
    sheet = task.sheet
    report = Report(
        sheet.name,
        sheet.title,
        sheet.edition,
        "",
        findings=tuple(_findings(task, turn)),
        thoughts=tuple(_thoughts(sheet, turn)),
        trouble=UNREADABLE if turn.fate == "unreadable" else None,
        files=(code(sheet, turn),),
        seconds=Seconds(0.21, 0.18, 0.02),
    )
    return Judged(
        report.points,
        report.out_of,
        [thought.code for thought in report.thoughts],
        [[finding.check, finding.passed] for finding in report.findings],
        to_plain(Report, report),
    )


def _findings(task: Task, turn: Turn) -> Iterator[Finding]:
    for entry in task.sheet.of("check"):
        here = entry.name in task.checks
        passed = None if turn.fate == "unreadable" or not here else entry.name not in turn.failing
        points = float(entry.options.get("points", 0))
        yield Finding(
            check=entry.name,
            function="",
            title=task.sheet.text("check", entry.name),
            passed=passed,
            points=points if passed else 0.0,
            out_of=points if here else 0.0,
            public=bool(entry.options.get("public")),
            detail=DIFFERENCE if passed is False else None,
        )


def _thoughts(sheet: Sheet, turn: Turn) -> Iterator[Thought]:
    for pitfall in turn.pitfalls:
        entry = pitfall.entry
        yield Thought(pitfall.code, entry.name, sheet.text("misconception", entry.name), entry.options.get("edge"))


def code(sheet: Sheet, turn: Turn) -> File:
    """One function after another: the known wrong program where a thought is held, a right one else."""
    wrong = {pitfall.function: pitfall.entry for pitfall in turn.pitfalls}
    right = {entry.about[0]: entry for entry in sheet.of("reference") if entry.about}
    parts = [
        "import torch",
        *(_named(wrong.get(e.name) or right.get(e.name) or e, e.name) for e in sheet.of("starter")),
    ]
    if turn.fate == "unreadable":
        parts[1] += "  # (see page 3"
        parts.insert(1, "limits = (\n    1,")
    elif turn.failing and not wrong:
        parts.append("# not done yet: the last checks")
    return File(f"{sheet.name}.py", "\n\n\n".join(parts) + "\n")


def _named(entry: Entry, name: str) -> str:
    """The source of a function, called by another name and without what is said to students."""
    renamed = re.sub(rf"^(\s*(?:def|class) ){entry.name}\b", rf"\g<1>{name}", entry.source, count=1)
    return re.sub(r'\n\s*r?"""(?:.|\n)*?"""', "", renamed, count=1)
