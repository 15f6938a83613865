"""What staff said of somebody's work and they have not seen yet: it is told until they open the submission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from web.database.models import Assignment, Comment, Course, Membership, Submission, User


@dataclass(frozen=True)
class Told:
    """The comments on one submission. authors: in the order in which they wrote; text: of the first; last: an id."""

    course: str
    exercise: str
    submission: str
    number: int
    authors: tuple[str, ...]
    count: int
    text: str
    last: int


def unseen(session: Session, user_id: int) -> list[Told]:
    """In courses that they are in, the last that was commented first."""
    columns = (Submission.id, Submission.number, Course.slug, Assignment.exercise, User.name, Comment.text, Comment.id)
    found = (
        select(*columns)
        .join(Comment, Comment.submission_id == Submission.id)
        .join(User, User.id == Comment.author_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(Membership, (Membership.course_id == Course.id) & (Membership.user_id == user_id))
        .where(Submission.user_id == user_id, Assignment.draft.is_(False), Course.draft.is_(False), *_new(user_id))
        .order_by(Comment.id)
    )
    told: dict[str, Told] = {}
    for key, number, course, exercise, author, text, last in session.execute(found):
        before = told.pop(key, None) or Told(course, exercise, key, number, (), 0, text, last)
        authors = tuple(dict.fromkeys((*before.authors, author)))
        told[key] = replace(before, authors=authors, count=before.count + 1, last=last)
    return list(reversed(told.values()))


def see(session: Session, user_id: int, told: Told, moment: datetime) -> None:
    """They have seen what they were told, and nothing that came after it."""
    new = update(Comment).where(Comment.submission_id == told.submission, Comment.id <= told.last, *_new(user_id))
    session.execute(new.values(read_at=moment).execution_options(synchronize_session=False))


def _new(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Comment.read_at.is_(None), Comment.removed_at.is_(None), Comment.author_id != user_id)
