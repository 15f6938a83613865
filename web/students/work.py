"""A student's own work, as the pages need it: read in one go, without code, reports or tables behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, func, select
from sqlalchemy.orm import Session

from grader.messages import Report
from grader.plain import from_plain
from web.database.base import Counts, State
from web.database.models import Assignment, Course, Grade, Membership, Submission


@dataclass(frozen=True)
class Attempt:
    """One submission in a history. points: None until it is graded."""

    id: str
    number: int
    state: State
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
    found = _attempts(Submission.assignment_id == assignment.id, Submission.user_id == user_id)
    return counted([_attempt(row) for row in session.execute(found)], assignment.course.counts)


def histories(session: Session, course: Course, user_id: int | None = None) -> dict[tuple[int, int], list[Attempt]]:
    """Of one person or of all: the history of each (assignment id, user id)."""
    whose = [] if user_id is None else [Submission.user_id == user_id]
    found = _attempts(Assignment.course_id == course.id, *whose)
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    for row in session.execute(found):
        attempts.setdefault((row.assignment_id, row.user_id), []).append(_attempt(row))
    return {key: counted(several, course.counts) for key, several in attempts.items()}


def latest_grades(*where: ColumnElement[bool]) -> Subquery:
    """(submission_id, grade): the ids of the grades that are shown, of the submissions for which `where` holds."""
    return (
        select(Grade.submission_id, func.max(Grade.id).label("grade"))
        .join(Submission, Submission.id == Grade.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Grade.published_at.is_not(None), *where)
        .group_by(Grade.submission_id)
        .subquery()
    )


def counted(attempts: list[Attempt], counts: Counts) -> list[Attempt]:
    """The same, newest first, with one of them marked."""
    chosen = _counting(attempts, counts)
    return [replace(one, counts=one.id == chosen) for one in attempts]


def published(session: Session, submission_id: str) -> Grade | None:
    """The grade that is shown: the latest published."""
    found = select(Grade).where(Grade.submission_id == submission_id, Grade.published_at.is_not(None))
    return session.scalar(found.order_by(Grade.id.desc()).limit(1))


def report_of(grade: Grade) -> Report:
    """Everything that was found out; what of it a student may read, grader/visibility.py says."""
    report: Report = from_plain(Report, grade.report, "report")
    return report


def counting(attempts: Iterable[Attempt]) -> Attempt | None:
    """The one that counts, of attempts that are marked."""
    return next((one for one in attempts if one.counts), None)


def _attempts(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Submissions with the points of the grades that are shown, the newest first.

    `where` narrows both down: else one student's page would look through the grades of all.
    """
    latest = latest_grades(*where)
    columns = (Submission.id, Submission.number, Submission.state, Submission.created_at)
    return (
        select(*columns, Submission.assignment_id, Submission.user_id, Grade.points, Grade.out_of)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(latest, latest.c.submission_id == Submission.id)
        .outerjoin(Grade, Grade.id == latest.c.grade)
        .where(*where)
        .order_by(Submission.number.desc())
    )


def _attempt(row: Row[*tuple[Any, ...]]) -> Attempt:
    return Attempt(row.id, row.number, row.state, row.created_at, row.points, row.out_of)


def _counting(attempts: list[Attempt], counts: Counts) -> str:
    """The best, and of equals the first; or the last that was graded."""
    graded = [one for one in attempts if one.points is not None]
    if not graded:
        return ""
    if counts == "last":
        return graded[0].id
    return max(reversed(graded), key=lambda one: one.points or 0.0).id
