"""From a report to a grade."""

from __future__ import annotations

from datetime import datetime

from grader.messages import Report
from grader.plain import to_plain
from web.database.models import Grade


def grade_of(report: Report, submission_id: str, ticket: str, moment: datetime) -> Grade:
    """What a report earns, seen by nobody yet."""
    return Grade(
        submission_id=submission_id,
        ticket=ticket,
        points=report.points,
        out_of=report.out_of,
        edition=report.edition,
        codes=[thought.code for thought in report.thoughts],
        verdicts=[[finding.check, finding.passed] for finding in report.findings],
        report=to_plain(Report, report),
        graded_at=moment,
    )
