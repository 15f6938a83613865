"""The tables. A submission's row is the truth about it; what travels on the queues only rings the bell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, Counts, Role, State

# People ------------------------------------------------------------------------------------------


class User(Base):
    """A person. `email` is in lower case; `password` is an argon2id hash, None where only OIDC lets in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    totp_secret: Mapped[str | None] = mapped_column(String(64))  # confirmed: asked for at every sign-in
    totp_offered: Mapped[str | None] = mapped_column(String(64))  # shown, but not confirmed by a code yet
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used: no code counts twice
    oidc_issuer: Mapped[str | None] = mapped_column(String(200))
    oidc_subject: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")

    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)


class SignIn(Base):
    """A session in somebody's browser, which can be ended from elsewhere. `id` is the hash of the cookie's token."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]  # when this person last proved who they are
    agent: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()


class OneTimeKey(Base):
    """What opens once: a recovery code, or a link to choose a new password. `id` is the hash of what was shown."""

    __tablename__ = "one_time_keys"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))  # recovery, reset
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A link that lets somebody into a course. `id` is the hash of the link's token."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    role: Mapped[Role]
    email: Mapped[str | None] = mapped_column(String(254))  # for this person only
    uses_left: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()


class ApiToken(Base):
    """A key for programs. `digest` is the hash of what was shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))  # None: wherever the person may go
    exercise: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))  # words: read submit
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


# Courses -----------------------------------------------------------------------------------------


class Course(Base):
    """A course; `counts` says which of a student's submissions does."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    counts: Mapped[Counts] = mapped_column(default="best")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    assignments: Mapped[list[Assignment]] = relationship(back_populates="course", order_by="Assignment.position")


class Membership(Base):
    """Who is what in which course."""

    __tablename__ = "memberships"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[Role]
    created_at: Mapped[datetime]

    course: Mapped[Course] = relationship()
    user: Mapped[User] = relationship(back_populates="memberships")


class Assignment(Base):
    """An exercise set in a course. attempts: how many submissions count, None for any number."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    exercise: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    opens_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    attempts: Mapped[int | None]

    course: Mapped[Course] = relationship(back_populates="assignments")

    __table_args__ = (UniqueConstraint("course_id", "exercise"),)


# Work --------------------------------------------------------------------------------------------


class Submission(Base):
    """What was handed in, and where it stands. `ticket` is the one under which a report is taken."""

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]  # the student's first, second … for this exercise
    state: Mapped[State] = mapped_column(default="waiting")
    # Up to two megabytes, which asking for a state should not read: they come where they are asked for.
    files: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="work")  # of grader.calls.File
    notes: Mapped[list[Any]] = mapped_column(deferred=True, deferred_group="work")  # of grader.calls.Note
    seed: Mapped[str] = mapped_column(String(64))
    edition: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(8), default="cpu")
    lane: Mapped[str] = mapped_column(String(16), default="students")
    source: Mapped[str] = mapped_column(String(16), default="page")  # page, api
    created_at: Mapped[datetime]
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    attempt: Mapped[int] = mapped_column(default=0)  # of ours to have it graded
    sent_at: Mapped[datetime | None]  # None: the bell has yet to be rung
    began_at: Mapped[datetime | None]
    checks_done: Mapped[int] = mapped_column(default=0)
    checks_of: Mapped[int] = mapped_column(default=0)
    fault: Mapped[dict[str, Any] | None]  # of grader.messages.Fault: why the state is `ours`
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    request_id: Mapped[str] = mapped_column(String(64), default="")

    assignment: Mapped[Assignment] = relationship()
    user: Mapped[User] = relationship()
    grades: Mapped[list[Grade]] = relationship(back_populates="submission", order_by="Grade.id")

    __table_args__ = (
        UniqueConstraint("assignment_id", "user_id", "number"),
        UniqueConstraint("assignment_id", "user_id", "idempotency_key"),
        Index("ix_submissions_state_created_at", "state", "created_at"),
    )


class Grade(Base):
    """What a submission earned. A regrade adds a row; the latest published one is shown."""

    __tablename__ = "grades"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    ticket: Mapped[str] = mapped_column(String(32), unique=True)  # a second report under one ticket finds this
    points: Mapped[float]
    out_of: Mapped[float]
    edition: Mapped[str] = mapped_column(String(64))
    codes: Mapped[list[Any]]  # of the misconceptions that were named
    report: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # of grader.messages.Report
    graded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(back_populates="grades")


class Audit(Base):
    """Who did what, when and why. Rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the system itself
    action: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    old: Mapped[str] = mapped_column(Text, default="")
    new: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")

    submission: Mapped[Submission | None] = relationship()
