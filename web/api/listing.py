"""One's own submissions, page by page."""

from __future__ import annotations

from flask_login import current_user
from pydantic import Field
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from web import kinds
from web.api.models import Model
from web.database.base import STAFF
from web.database.models import Assignment, Course, Membership, Submission
from web.problems import Problem
from web.pushes.origin import spellings

MINE = and_(Membership.course_id == Course.id, Membership.user_id == Submission.user_id)


class Page(Model):
    """Which ones, and from where on."""

    limit: int = Field(50, ge=1, le=100, description="How many at most.")
    after: str | None = Field(default=None, max_length=64, description="The last submission of the page before.")
    course: str | None = Field(default=None, max_length=64, description="Those of this course only.")
    exercise: str | None = Field(default=None, max_length=100, description="Those of this exercise only.")


def own(session: Session, page: Page) -> tuple[list[Submission], bool]:
    """The submissions of a page, and whether there are older ones. Raises Problem where `after` is not one's own."""
    found = _narrowed(select(Submission).where(Submission.user_id == current_user.user_id), page)
    if page.after is not None:
        found = found.where(_older_than(session, page.after))
    newest = found.order_by(Submission.created_at.desc(), Submission.id.desc()).options(
        contains_eager(Submission.assignment).contains_eager(Assignment.course), joinedload(Submission.shown)
    )
    rows = list(session.scalars(newest.limit(page.limit + 1)))
    return rows[: page.limit], len(rows) > page.limit


def _narrowed(found: Select[Submission], page: Page) -> Select[Submission]:
    """To what was asked for, within what the token is good for, and not in a draft, which is there for staff only."""
    found = found.join(Assignment, Assignment.id == Submission.assignment_id)
    found = found.join(Course, Course.id == Assignment.course_id).outerjoin(Membership, MINE)
    found = found.where(Course.draft.is_(False) | Membership.role.in_(STAFF))
    if current_user.only_course is not None:
        found = found.where(Assignment.course_id == current_user.only_course)
    if current_user.only_repository is not None:
        found = found.where(func.lower(Submission.repository).in_(spellings(current_user.only_repository)))
    for exercise in (current_user.only_exercise, page.exercise):
        if exercise is not None:
            found = found.where(Assignment.exercise == exercise)
    if page.course is not None:
        found = found.where(Course.slug == page.course)
    return found


def _older_than(session: Session, submission: str) -> ColumnElement[bool]:
    last = session.get(Submission, submission)
    if last is None or last.user_id != current_user.user_id:
        raise Problem(kinds.INVALID, errors=(("after", "is not a submission of yours"),))
    same = and_(Submission.created_at == last.created_at, Submission.id < last.id)
    return or_(Submission.created_at < last.created_at, same)
