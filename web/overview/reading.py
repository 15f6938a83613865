"""What the overview asks the database: plain columns of many rows in few queries, never a report or a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from web.database.models import (
    Arrangement,
    Assignment,
    Course,
    Grade,
    Membership,
    Noticed,
    Publication,
    Regrade,
    Submission,
    User,
)
from web.overview.statistics import Attempt


@dataclass(frozen=True)
class Student:
    """Somebody who studies in the course."""

    id: int
    name: str
    email: str
    group: str


@dataclass(frozen=True)
class Note:
    """What staff wrote to themselves about one student and one exercise."""

    assignment_id: int
    user_id: int
    name: str
    text: str


@dataclass(frozen=True)
class Published:
    """An edition that somebody published for all courses. id: of the publication."""

    id: int
    by: str


def students(session: Session, course: Course) -> dict[int, Student]:
    """By id, in the order of their names."""
    found = (
        select(User.id, User.name, User.email, Membership.group)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.course_id == course.id, Membership.role == "student")
        .order_by(User.name, User.id)
    )
    return {row.id: Student(*row) for row in session.execute(found)}


def attempts_at(session: Session, assignments: Iterable[int], users: Sequence[int] | None = None) -> list[Attempt]:
    """All attempts at these exercises, of everybody or of these, with what was found out."""
    of_submission = (Submission.assignment_id, Submission.user_id, Submission.number, Submission.state)
    of_grade = (Grade.points, Grade.out_of, Grade.edition)
    found = (
        select(*of_submission, *of_grade, Submission.id, Submission.created_at, Grade.codes, Grade.verdicts)
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(Submission.assignment_id.in_(assignments))
    )
    rows = session.execute(found if users is None else found.where(Submission.user_id.in_(users)))
    return [Attempt(*row) for row in rows]


def excused(session: Session, assignments: Iterable[int]) -> set[tuple[int, int]]:
    """(assignment id, user id) of whoever need not do an exercise."""
    found = select(Arrangement.assignment_id, Arrangement.user_id).where(
        Arrangement.assignment_id.in_(assignments), Arrangement.excused.is_(True)
    )
    return {(row.assignment_id, row.user_id) for row in session.execute(found)}


def extended(session: Session, assignments: Iterable[int], now: datetime) -> set[tuple[int, int]]:
    """(assignment id, user id) of whoever still has time that others do not have."""
    found = select(Arrangement.assignment_id, Arrangement.user_id).where(
        Arrangement.assignment_id.in_(assignments), Arrangement.deadline > now
    )
    return {(row.assignment_id, row.user_id) for row in session.execute(found)}


def last_seen(session: Session, assignments: Iterable[int]) -> dict[int, datetime]:
    """When each student (by id) last handed something in."""
    found = select(Submission.user_id, func.max(Submission.created_at)).where(Submission.assignment_id.in_(assignments))
    return {row[0]: row[1] for row in session.execute(found.group_by(Submission.user_id))}


def notes(session: Session, course: Course) -> list[Note]:
    """What staff flagged, the newest first."""
    found = (
        select(Arrangement.assignment_id, Arrangement.user_id, User.name, Arrangement.flag)
        .join(Assignment, Assignment.id == Arrangement.assignment_id)
        .join(User, User.id == Arrangement.user_id)
        .where(Assignment.course_id == course.id, Arrangement.flag != "")
        .order_by(Arrangement.changed_at.desc(), Arrangement.user_id)
    )
    return [Note(*row) for row in session.execute(found)]


def ready_regrades(session: Session, course: Course) -> list[int]:
    """The exercises (assignment ids) whose regrades wait for somebody to publish them."""
    found = select(Regrade.assignment_id).join(Assignment).where(Assignment.course_id == course.id)
    return list(session.scalars(found.where(Regrade.state == "ready").order_by(Regrade.created_at)))


def publications(session: Session, course: Course) -> dict[int, Published]:
    """By assignment id: the newest edition of each exercise that was published while nobody who teaches here knew."""
    known = and_(Noticed.course_id == course.id, Noticed.exercise == Publication.exercise)
    found = (
        select(Assignment.id, Publication.id, User.name)
        .join(Publication, Publication.exercise == Assignment.exercise)
        .join(User, User.id == Publication.actor_id)
        .outerjoin(Noticed, known)
        .where(Assignment.course_id == course.id, Publication.state == "out", Publication.at > course.created_at)
        .where(Publication.before != "", Publication.before != Publication.edition)
        .where(Publication.id > func.coalesce(Noticed.publication_id, 0))
        .order_by(Publication.id)
    )
    return {number: Published(publication, name) for number, publication, name in session.execute(found)}


def version(session: Session, assignments: Sequence[int]) -> str:
    """Another one when something was handed in, graded, shown anew, arranged, regraded, or published.

    Indices answer it.
    """
    where = Submission.assignment_id.in_(assignments)
    arranged = select(func.max(Arrangement.changed_at)).where(Arrangement.assignment_id.in_(assignments))
    ready = select(func.sum(Regrade.id)).where(Regrade.assignment_id.in_(assignments), Regrade.state == "ready")
    found = select(
        func.count(),
        func.sum(Submission.grade_id),
        func.max(Submission.created_at),
        func.sum(case((Submission.state == "ours", 1), else_=0)),
        arranged.scalar_subquery(),
        ready.scalar_subquery(),
        select(func.max(Publication.id)).where(Publication.state == "out").scalar_subquery(),
        select(func.sum(Noticed.publication_id)).scalar_subquery(),
    )
    return "-".join(_short(part) for part in session.execute(found.where(where)).one())


def _short(part: object) -> str:
    return f"{part.timestamp():.3f}" if isinstance(part, datetime) else str(part or 0)
