"""Telling a student that a score became another one: one line for each change, kept also when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from web.database.models import Assignment, Course, Membership, ScoreChange


def tell(
    session: Session,
    user_id: int,
    assignment_id: int,
    submission_id: str | None,
    old: float | None,
    new: float | None,
    why: str,
    moment: datetime,
) -> ScoreChange | None:
    """old, new: points, None where nothing counted or counts; submission_id: None where the whole exercise's changed.

    What stays the same is not told. The caller's transaction adds it together with the change itself.
    """
    if old == new:
        return None
    change = ScoreChange(
        user_id=user_id,
        assignment_id=assignment_id,
        submission_id=submission_id,
        old=old,
        new=new,
        why=why,
        created_at=moment,
    )
    session.add(change)
    return change


# What the student reads ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A line of it, as pages need it. read: whether its student has seen it."""

    id: int
    course: str
    exercise: str
    submission: str | None
    old: float | None
    new: float | None
    why: str
    created_at: datetime
    read: bool


def unread(session: Session, user_id: int) -> list[Change]:
    """What somebody has not seen yet in courses that they are in, the newest first."""
    return _changes(session, ScoreChange.user_id == user_id, ScoreChange.read_at.is_(None))


def of_exercise(session: Session, user_id: int, assignment_id: int) -> list[Change]:
    """All there ever were for one exercise, the newest first: what was read is kept."""
    return _changes(session, ScoreChange.user_id == user_id, ScoreChange.assignment_id == assignment_id)


def read(session: Session, user_id: int, moment: datetime, *which: ColumnElement[bool]) -> int:
    """Mark somebody's changes as seen; how many."""
    seen = update(ScoreChange).where(ScoreChange.user_id == user_id, ScoreChange.read_at.is_(None), *which)
    marked: int = session.execute(seen.values(read_at=moment)).rowcount  # type: ignore[attr-defined]
    return marked


def _changes(session: Session, *where: ColumnElement[bool]) -> list[Change]:
    known = ("id", "submission_id", "old", "new", "why", "created_at", "read_at")
    columns = [getattr(ScoreChange, name) for name in known]
    found = (
        select(*columns, Course.slug, Assignment.exercise)
        .join(Assignment, Assignment.id == ScoreChange.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(Membership, (Membership.course_id == Course.id) & (Membership.user_id == ScoreChange.user_id))
        .where(Assignment.draft.is_(False), Course.draft.is_(False), *where)
        .order_by(ScoreChange.id.desc())
    )
    return [
        Change(
            row.id, row.slug, row.exercise, row.submission_id, row.old, row.new, row.why, row.created_at,
            row.read_at is not None,
        )
        for row in session.execute(found)
    ]  # fmt: skip
