"""What is taught: courses, who is in them, the exercises that are set, and what is arranged for one student."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, Counts, Hidden, PushState, Role
from web.database.models.people import User


class Course(Base):
    """A course; `counts` says which of a student's submissions does. Its rules hold where an exercise has none.

    A draft is for staff only. Without weights its total is the sum of all points.
    """

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    counts: Mapped[Counts] = mapped_column(default="best")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    credit: Mapped[dict[str, Any] | None]  # of web.terms.Credit
    shows_hidden: Mapped[Hidden] = mapped_column(default="deadline")
    weights: Mapped[list[Any] | None]  # of web.totals.weighing.Category
    shows_total: Mapped[bool] = mapped_column(default=True)  # whether students see what the weights make of it
    draft: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    assignments: Mapped[list[Assignment]] = relationship(back_populates="course", order_by="Assignment.position")


class Membership(Base):
    """Who is what in which course. `group`: a tutorial's, or empty."""

    __tablename__ = "memberships"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[Role]
    group: Mapped[str] = mapped_column("group_name", String(100), default="")
    created_at: Mapped[datetime]

    course: Mapped[Course] = relationship()
    user: Mapped[User] = relationship(back_populates="memberships")


class Assignment(Base):
    """An exercise set in a course. A draft is for staff only.

    attempts: how many there are, None for any number; each comes back `attempts_hours` after it was used (None: never).
    """

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    exercise: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    draft: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    credit: Mapped[dict[str, Any] | None]  # of web.terms.Credit; None: as the course says
    attempts: Mapped[int | None]
    attempts_hours: Mapped[int | None]
    attempts_since: Mapped[datetime | None]  # what was used before costs nothing
    shows_hidden: Mapped[Hidden | None]  # None: as the course says
    hidden_until: Mapped[datetime | None]  # where that is a date
    category: Mapped[str] = mapped_column(String(100), default="")  # of the course's weights; empty: in none

    course: Mapped[Course] = relationship(back_populates="assignments", lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("course_id", "exercise"),)


class Arrangement(Base):
    """What is arranged for one student and one exercise. points: what counts instead of what was graded."""

    __tablename__ = "arrangements"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    deadline: Mapped[datetime | None]  # an extension
    attempts_more: Mapped[int] = mapped_column(default=0)
    attempts_since: Mapped[datetime | None]
    excused: Mapped[bool] = mapped_column(default=False)
    points: Mapped[float | None]
    points_why: Mapped[str] = mapped_column(Text, default="")  # shown to the student
    flag: Mapped[str] = mapped_column(Text, default="")  # staff's note to themselves; empty: no flag
    changed_at: Mapped[datetime]

    assignment: Mapped[Assignment] = relationship()
    user: Mapped[User] = relationship()


class Column(Base):
    """A column of the gradebook that people fill in: an oral exam, say."""

    __tablename__ = "columns"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str] = mapped_column(String(100))
    out_of: Mapped[float]
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(100), default="")  # as that of an exercise

    __table_args__ = (UniqueConstraint("course_id", "name"),)


class Mark(Base):
    """What somebody has in such a column."""

    __tablename__ = "marks"

    column_id: Mapped[int] = mapped_column(ForeignKey("columns.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    points: Mapped[float]


class Repository(Base):
    """A student's repository, whose pushes are handed in. exercise: None where its own settings name it.

    code: whoever can write it into the repository proves that it is theirs; remote_id: what its host calls it for
    ever, known since CI's identity came with the code; hook: goes into the webhook's secret, None without one.
    """

    __tablename__ = "repositories"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    exercise: Mapped[str | None] = mapped_column(String(100))
    host: Mapped[str] = mapped_column(String(200))  # github.com
    name: Mapped[str] = mapped_column(String(200))  # owner/name
    code: Mapped[str] = mapped_column(String(32), default="")
    remote_id: Mapped[str | None] = mapped_column(String(64))
    proven_at: Mapped[datetime | None]
    hook: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    user: Mapped[User] = relationship()


class Push(Base):
    """A commit that a webhook told of: fetched and handed in by whichever reconciler comes first, or refused.

    words: in both languages, why nothing could be handed in; made: exercise → submission.
    """

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repositories.id"))
    commit: Mapped[str] = mapped_column("commit_id", String(64))
    branch: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[PushState] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]  # not before then; who has taken it has it until then
    words: Mapped[dict[str, Any] | None]
    made: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    request_id: Mapped[str] = mapped_column(String(64), default="")

    repository: Mapped[Repository] = relationship()

    __table_args__ = (
        UniqueConstraint("repository_id", "commit_id"),
        Index("ix_pushes_state_next_at", "state", "next_at"),
    )
