"""A student's own work, as the pages need it: read in one go, without tables behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.messages import Report
from grader.plain import from_plain
from web.database.models import Assignment, Course, Grade, Membership, Submission


@dataclass(frozen=True)
class Attempt:
    """One submission in a history. points: None until it is graded."""

    id: str
    number: int
    state: str
    created_at: datetime
    points: float | None
    out_of: float | None
    counts: bool = False


def courses_of(session: Session, user_id: int) -> list[tuple[Course, str]]:
    """The courses somebody is in, and as what."""
    found = (
        select(Course, Membership.role)
        .join(Membership, Membership.course_id == Course.id)
        .where(Membership.user_id == user_id, Course.archived_at.is_(None))
        .order_by(Course.title_en)
    )
    return [(course, role) for course, role in session.execute(found)]


def history(session: Session, assignment: Assignment, user_id: int) -> list[Attempt]:
    """All attempts, the newest first; one of them is marked as the one that counts."""
    found = (
        select(Submission)
        .where(Submission.assignment_id == assignment.id, Submission.user_id == user_id)
        .order_by(Submission.number.desc())
    )
    attempts = [_attempt(row, published(session, row.id)) for row in session.scalars(found)]
    counting = _counting(attempts, assignment.course.counts)
    return [Attempt(**{**vars(one), "counts": one.id == counting}) for one in attempts]


def published(session: Session, submission_id: str) -> Grade | None:
    """The grade that is shown: the latest published."""
    found = select(Grade).where(Grade.submission_id == submission_id, Grade.published_at.is_not(None))
    return session.scalar(found.order_by(Grade.id.desc()).limit(1))


def report_of(grade: Grade) -> Report:
    """Everything that was found out; what of it a student may read, grader/visibility.py says."""
    report: Report = from_plain(Report, grade.report, "report")
    return report


def _attempt(row: Submission, grade: Grade | None) -> Attempt:
    points, out_of = (grade.points, grade.out_of) if grade else (None, None)
    return Attempt(row.id, row.number, row.state, row.created_at, points, out_of)


def _counting(attempts: list[Attempt], counts: str) -> str:
    """The best, and of equals the first; or the last that was graded."""
    graded = [one for one in attempts if one.points is not None]
    if not graded:
        return ""
    if counts == "last":
        return graded[0].id
    return max(reversed(graded), key=lambda one: one.points or 0.0).id
