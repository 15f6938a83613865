"""A student's own work, as the pages need it: read in one go, without code, reports or tables behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from grader.messages import Report
from grader.plain import from_plain
from web.database.base import STAFF, Counts, State
from web.database.models import Arrangement, Assignment, Course, Grade, Membership, Submission
from web.terms import Left, Terms, Worth, left, terms_of, worth


@dataclass(frozen=True)
class Attempt:
    """One submission in a history. points: as graded, None until it is; worth: what of them counts, with the steps."""

    id: str
    number: int
    state: State
    created_at: datetime
    points: float | None
    out_of: float | None
    worth: Worth | None = None
    counts: bool = False
    commit: str | None = None
    branch: str | None = None
    repository: str | None = None


def courses_of(session: Session, user_id: int) -> list[tuple[Course, str]]:
    """The courses somebody is in, and as what. A draft is there for staff only."""
    found = (
        select(Course, Membership.role)
        .join(Membership, Membership.course_id == Course.id)
        .where(Membership.user_id == user_id, Course.archived_at.is_(None))
        .where(Course.draft.is_(False) | Membership.role.in_(STAFF))
        .order_by(Course.title_en)
    )
    return [(course, role) for course, role in session.execute(found)]


def history(session: Session, assignment: Assignment, user_id: int) -> list[Attempt]:
    """All attempts, the newest first; one of them is marked as the one that counts."""
    found = _attempts(Submission.assignment_id == assignment.id, Submission.user_id == user_id)
    found = found.add_columns(Submission.commit, Submission.branch, Submission.repository)
    terms = terms_for(session, assignment, user_id)
    attempts = [
        replace(_attempt(row), commit=row.commit, branch=row.branch, repository=row.repository)
        for row in session.execute(found)
    ]
    return counted(attempts, terms, assignment.course.counts)


def histories(session: Session, course: Course, user_id: int | None = None) -> dict[tuple[int, int], list[Attempt]]:
    """Of one person or of all: the attempts of each (assignment id, user id), the newest first; none is marked."""
    whose = [] if user_id is None else [Submission.user_id == user_id]
    found = _attempts(Assignment.course_id == course.id, *whose)
    attempts: dict[tuple[int, int], list[Attempt]] = {}
    for row in session.execute(found):
        attempts.setdefault((row.assignment_id, row.user_id), []).append(_attempt(row))
    return attempts


def arrangements(session: Session, course: Course, user_id: int | None = None) -> Mapping[tuple[int, int], Arrangement]:
    """Of one person or of all: what is arranged for each (assignment id, user id)."""
    found = select(Arrangement).join(Assignment).where(Assignment.course_id == course.id)
    rows = session.scalars(found if user_id is None else found.where(Arrangement.user_id == user_id))
    return {(row.assignment_id, row.user_id): row for row in rows}


def terms_for(session: Session, assignment: Assignment, user_id: int) -> Terms:
    """What holds for this student and exercise."""
    return terms_of(assignment, session.get(Arrangement, (assignment.id, user_id)))


def left_for(session: Session, terms: Terms, assignment: Assignment, user_id: int, moment: datetime) -> Left:
    """How many attempts somebody has left by these terms: what we could not grade uses none."""
    used = select(Submission.created_at).where(
        Submission.assignment_id == assignment.id, Submission.user_id == user_id, Submission.state != "ours"
    )
    return left(terms, session.scalars(used) if terms.attempts is not None else (), moment)


def counted(attempts: list[Attempt], terms: Terms, counts: Counts) -> list[Attempt]:
    """The same with what they are worth, newest first, and one of them marked."""
    valued = [_valued(one, terms) for one in attempts]
    chosen = _counting(valued, counts)
    return [replace(one, counts=one.id == chosen) for one in valued]


def published(session: Session, submission_id: str) -> Grade | None:
    """The grade that is shown."""
    found = select(Grade).join(Submission, Submission.grade_id == Grade.id)
    return session.scalar(found.where(Submission.id == submission_id))


def report_of(grade: Grade) -> Report:
    """Everything that was found out; what of it a student may read, grader/visibility.py says."""
    report: Report = from_plain(Report, grade.report, "report")
    return report


def counting(attempts: Iterable[Attempt]) -> Attempt | None:
    """The one that counts, of attempts that are marked."""
    return next((one for one in attempts if one.counts), None)


def _attempts(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Submissions with the points of the grades that are shown, the newest first."""
    columns = (Submission.id, Submission.number, Submission.state, Submission.created_at)
    return (
        select(*columns, Submission.assignment_id, Submission.user_id, Grade.points, Grade.out_of)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(*where)
        .order_by(Submission.number.desc())
    )


def _attempt(row: Row[*tuple[Any, ...]]) -> Attempt:
    return Attempt(row.id, row.number, row.state, row.created_at, row.points, row.out_of)


def _valued(attempt: Attempt, terms: Terms) -> Attempt:
    if attempt.points is None:
        return attempt
    return replace(attempt, worth=worth(terms, attempt.points, attempt.out_of or 0.0, attempt.created_at))


def which(graded: Iterable[tuple[int, float]], counts: Counts) -> int | None:
    """Of (number, what it is worth) the number that counts: worth most and, of equals, the first; or the last."""
    if counts == "last":
        return max((number for number, _ in graded), default=None)
    return max(graded, key=lambda pair: (pair[1], -pair[0]), default=(None, 0.0))[0]


def _counting(attempts: list[Attempt], counts: Counts) -> str:
    """The id of the one that counts; empty where nothing was graded."""
    graded = {one.number: (one.id, one.worth.points) for one in attempts if one.worth}
    number = which(((number, points) for number, (_, points) in graded.items()), counts)
    return "" if number is None else graded[number][0]
