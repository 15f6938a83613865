"""Two attempts of one student at one exercise, put beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from web import work
from web.database.models import Submission
from web.learners.differences import Change, changes
from web.learners.turns import Turn, turn
from web.students.submitted import files_of
from web.work import Attempt


@dataclass(frozen=True)
class Comparison:
    """turn: None where one of the two has no report."""

    before: Attempt
    after: Attempt
    files: tuple[Change, ...]
    turn: Turn | None


def chosen(attempts: Sequence[Attempt], asked: Mapping[str, str]) -> tuple[Attempt, Attempt] | None:
    """The two whose numbers an address gives, the earlier first; else the last two. None where there is one only."""
    if len(attempts) < 2:
        return None
    known = {str(one.number): one for one in attempts}
    before, after = known.get(asked.get("before", "")), known.get(asked.get("after", ""))
    if before is None or after is None or before is after:
        before, after = attempts[1], attempts[0]
    return (before, after) if before.number < after.number else (after, before)


def compare(session: Session, before: Attempt, after: Attempt) -> Comparison:
    """Reads the files and the reports of these two only."""
    files = [files_of(session.get_one(Submission, one.id)) for one in (before, after)]
    grades = [work.published(session, one.id) for one in (before, after)]
    reports = [work.report_of(grade) for grade in grades if grade]
    turned = turn(reports[0], reports[1]) if len(reports) == 2 else None
    return Comparison(before, after, changes(files[0], files[1]), turned)
