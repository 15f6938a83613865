"""A report of the interface, as the Report that every page and every format of ours is made from."""

from __future__ import annotations

from typing import Any

from cli.online import words
from grader.errors import Explained
from grader.messages import Report
from grader.plain import from_plain

KINDS = {"graph": "Graph", "trace": "Trace", "heat_map": "HeatMap"}
OURS = ("exercise", "title", "edition", "findings", "broken_laws", "remarks", "trouble", "pictures", "files")


class NotUnderstood(Explained):
    """A report that is none to us; `text` says what may be the reason."""

    heading = words.UNREADABLE  # instead of our fault: it need not be

    def __init__(self) -> None:
        super().__init__(self.heading)


def report_of(answer: dict[str, Any], functions: dict[str, str]) -> Report:
    """functions: check → what it calls, where that is known here. Raises NotUnderstood."""
    try:
        data = {name: answer[name] for name in (*OURS, "stdout", "stderr")}
        data["findings"] = [{**one, "function": functions.get(one["check"], "")} for one in answer["findings"]]
        data["pictures"] = [{**one, "kind": KINDS.get(one["kind"], one["kind"])} for one in answer["pictures"]]
        data |= {"seed": "", "thoughts": answer["misconceptions"]}
        report: Report = from_plain(Report, data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood from error
    return report
