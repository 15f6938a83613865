"""What the database knows of one student in a course, read without code and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from web.catalogue import Catalogue
from web.database.base import Role
from web.database.models import Assignment, Comment, Course, Grade, Membership, Submission, User
from web.standings import Progress, progress
from web.work import arrangements


@dataclass(frozen=True)
class Learner:
    """Somebody in a course. since: when they came into it."""

    id: int
    name: str
    email: str
    role: Role
    group: str
    since: datetime


@dataclass(frozen=True)
class Trace:
    """What an attempt left behind besides points: the misconceptions that were named, and comments of staff."""

    codes: tuple[str, ...] = ()
    comments: int = 0


@dataclass(frozen=True)
class Beside:
    """Who stands before and after somebody in the list of students by name: (id, name)."""

    before: tuple[int, str] | None
    after: tuple[int, str] | None


@dataclass(frozen=True)
class Record:
    """All of one student in a course. traces: by submission id; flags: by assignment id, where there is one."""

    learner: Learner
    progress: Progress
    traces: dict[str, Trace]
    flags: dict[int, str]


def learner(session: Session, course_id: int, member: int) -> Learner | None:
    """None where this course has nobody of that number."""
    columns = (User.id, User.name, User.email, Membership.role, Membership.group, Membership.created_at)
    found = select(*columns).join(Membership, Membership.user_id == User.id)
    row = session.execute(found.where(Membership.course_id == course_id, User.id == member)).one_or_none()
    return Learner(*row) if row else None


def beside(session: Session, course_id: int, who: Learner) -> Beside:
    """To go through the students of a course one after the other."""
    students = select(User.id, User.name).join(Membership, Membership.user_id == User.id)
    students = students.where(Membership.course_id == course_id, Membership.role == "student")
    key, here = tuple_(User.name, User.id), tuple_(who.name, who.id)
    before = session.execute(students.where(key < here).order_by(User.name.desc(), User.id.desc()).limit(1)).first()
    after = session.execute(students.where(key > here).order_by(User.name, User.id).limit(1)).first()
    return Beside((before.id, before.name) if before else None, (after.id, after.name) if after else None)


def record(session: Session, catalogue: Catalogue, course: Course, who: Learner, now: datetime) -> Record:
    """Drafts are left out for students."""
    flags = {key[0]: row.flag for key, row in arrangements(session, course, who.id).items() if row.flag}
    standings = progress(session, catalogue, course, (who.id, who.role), now)
    return Record(who, standings, traces(session, course.id, who.id), flags)


def traces(session: Session, course_id: int, member: int, assignment_id: int | None = None) -> dict[str, Trace]:
    """Of all submissions of one student; of one exercise where that is given."""
    said = (
        select(func.count())
        .where(Comment.submission_id == Submission.id, Comment.removed_at.is_(None))
        .correlate(Submission)
        .scalar_subquery()
    )
    found = (
        select(Submission.id, Grade.codes, said)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(Assignment.course_id == course_id, Submission.user_id == member)
    )
    if assignment_id is not None:
        found = found.where(Submission.assignment_id == assignment_id)
    return {key: Trace(tuple(dict.fromkeys(codes or ())), count) for key, codes, count in session.execute(found)}
