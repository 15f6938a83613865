"""What of a report a student may read before the hidden checks open: of these a title and a verdict, no more.

Public checks say everything. The calls of hidden ones are put to the box only when the public ones are answered
(Request.first), so whatever a program said or printed until then cannot tell hidden inputs, and may be shown.
"""

from __future__ import annotations

from dataclasses import replace

from grader.calls import Printed, Seconds
from grader.messages import LOCATED, Finding, Graph, Picture, Remark, Report, Text, Thought

FROM_SOURCE = frozenset(["M45"])  # thoughts about the source, which no input brings about
WITHHELD = Remark(
    "output-withheld",
    Text(
        "What your program prints during hidden checks is shown when these open.",
        "程序在隐藏检查中打印的内容，要到隐藏检查公开后才会显示。",
    ),
)


def as_seen(report: Report, opened: bool) -> Report:  # noqa: FBT001 - reads well: as_seen(report, opened)
    """The report as a student reads it; `opened` (after the deadline, or for staff) shows all of it.

    Hidden checks keep title and verdict. Words and red edges stay where a public check failed too: else they could come
    from hidden answers only. The seed would give the inputs, and a time can be made to tell one.
    """
    if opened or (report.findings and all(finding.public for finding in report.findings)):
        return report
    told = any(finding.public and finding.passed is False for finding in report.findings)
    remarks = tuple(remark for remark in report.remarks if told or remark.code != LOCATED)
    prints = any("print" in file.text for file in report.files)  # whether it does so for hidden inputs tells of them
    return replace(
        report,
        seed="",
        findings=tuple(map(_finding, report.findings)),
        thoughts=tuple(thought for thought in report.thoughts if told or _is_from_source(thought)),
        broken_laws=report.broken_laws if told else (),
        remarks=(*remarks, WITHHELD) if prints else remarks,
        pictures=tuple(picture if told else _uncoloured(picture) for picture in report.pictures),
        stdout=_beginning(report.stdout),
        stderr=_beginning(report.stderr),
        seconds=Seconds(),
    )


def _finding(finding: Finding) -> Finding:
    """Why a hidden check was not run is no secret: it waits for another, or for a device."""
    return finding if finding.public or finding.passed is None else replace(finding, detail=None)


def _is_from_source(thought: Thought) -> bool:
    return thought.code in FROM_SOURCE


def _uncoloured(picture: Picture) -> Picture:
    """A graph without its verdicts; traces and maps are drawn from public checks only (grader/picturing.py)."""
    return replace(picture, wrong_nodes=(), wrong_edge=None) if isinstance(picture, Graph) else picture


def _beginning(printed: Printed) -> Printed:
    """What was printed before a hidden check was put. How much came later could tell a number."""
    return Printed(printed.text[: printed.shown], 0, printed.shown)
