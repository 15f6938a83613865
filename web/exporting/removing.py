"""Taking out a course that was not brought to its end: nobody has seen it, and no line of the audit speaks of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.database.models import (
    Arrangement,
    Assignment,
    Column,
    Comment,
    Course,
    Grade,
    Mark,
    Regrade,
    ScoreChange,
    Shadow,
    Submission,
    User,
)
from web.database.session import Database
from web.exporting.places import in_parts
from web.services import Services

SIGN = "~"  # no address has it
LONGEST = timedelta(days=1)  # no import takes so long: an older course was left by one that was killed
AT_ONCE = 200  # submissions in one transaction


def unseen(moment: datetime) -> str:
    """What a course is called until it is there."""
    return f"{SIGN}{int(moment.timestamp())}-{secrets.token_hex(4)}"


def sweep(services: Services) -> None:
    """Take out what was left by those that were killed. New accounts stay: nobody knows which they were."""
    before = services.clock() - LONGEST
    with services.database.read() as session:
        found = session.execute(select(Course.id, Course.slug).where(Course.slug.startswith(SIGN))).all()
    for row in found:
        if _begun(row.slug) < before:
            remove(services.database, row.id)


def _begun(slug: str) -> datetime:
    return datetime.fromtimestamp(int(slug.removeprefix(SIGN).partition("-")[0]), UTC)


def remove(database: Database, course_id: int, accounts: Sequence[int] = ()) -> None:
    """All of it, a little at a time. accounts: that came with it, and have nothing else.

    A course that has its name stays: whoever brought it may not have heard that the last transaction was committed.
    """
    unfinished = select(Course.id).where(Course.id == course_id, Course.slug.startswith(SIGN))
    with database.read() as session:
        if session.scalar(unfinished) is None:
            return
        assignments = session.scalars(select(Assignment.id).where(Assignment.course_id == course_id)).all()
        submissions = session.scalars(select(Submission.id).where(Submission.assignment_id.in_(assignments))).all()
    for part in in_parts(submissions, AT_ONCE):
        with database.write() as session:
            for model in (Shadow, Grade, Comment, ScoreChange):
                session.execute(delete(model).where(model.submission_id.in_(part)))
            session.execute(delete(Submission).where(Submission.id.in_(part)))
    with database.write() as session:
        _remove_rest(session, course_id, assignments)
    with suppress(IntegrityError), database.write() as session:  # somebody may have found work for one meanwhile
        for some in in_parts(accounts, AT_ONCE):
            session.execute(delete(User).where(User.id.in_(some)))


def _remove_rest(session: Session, course_id: int, assignments: Sequence[int]) -> None:
    columns = select(Column.id).where(Column.course_id == course_id)
    for model in (ScoreChange, Arrangement, Regrade):
        session.execute(delete(model).where(model.assignment_id.in_(assignments)))
    session.execute(delete(Mark).where(Mark.column_id.in_(columns)))
    for owned in (Column, Assignment):
        session.execute(delete(owned).where(owned.course_id == course_id))
    session.execute(delete(Course).where(Course.id == course_id))
