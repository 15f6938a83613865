"""What is handed in: submissions, what they earned, what people said of them, and the journal of it all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, State
from web.database.models.people import User
from web.database.models.teaching import Assignment


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
    source: Mapped[str] = mapped_column(String(16), default="page")  # page, api, push
    commit: Mapped[str | None] = mapped_column("commit_id", String(64))  # of a repository, where it comes from one
    branch: Mapped[str | None] = mapped_column(String(200))
    repository: Mapped[str | None] = mapped_column(String(400))  # its address, to link to
    created_at: Mapped[datetime]
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    attempt: Mapped[int] = mapped_column(default=0)  # of ours to have it graded
    sent_at: Mapped[datetime | None]  # None: the bell has yet to be rung
    began_at: Mapped[datetime | None]
    checks_done: Mapped[int] = mapped_column(default=0)
    checks_of: Mapped[int] = mapped_column(default=0)
    fault: Mapped[dict[str, Any] | None]  # of grader.messages.Fault: why the state is `ours`
    grade_id: Mapped[int | None]  # of the grade that is shown; no constraint, for grades point here already
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    request_id: Mapped[str] = mapped_column(String(64), default="")

    assignment: Mapped[Assignment] = relationship()
    user: Mapped[User] = relationship()
    grades: Mapped[list[Grade]] = relationship(back_populates="submission", order_by="Grade.id")
    shown: Mapped[Grade | None] = relationship(
        primaryjoin="foreign(Submission.grade_id) == remote(Grade.id)", viewonly=True
    )

    __table_args__ = (
        UniqueConstraint("assignment_id", "user_id", "number"),
        UniqueConstraint("assignment_id", "user_id", "idempotency_key"),
        Index("ix_submissions_state_created_at", "state", "created_at"),
        Index("ix_submissions_user_id_created_at", "user_id", "created_at"),
        Index(  # all that is counted of a class, without the rows and the files in them
            "ix_submissions_counted", "assignment_id", "user_id", "number", "state", "created_at", "grade_id", "id"
        ),
    )


class Grade(Base):
    """What a submission earned. A regrade adds a row; which one is shown, `Submission.grade_id` says.

    seed: another one than the submission's, where a regrade drew one; verdicts: [check, passed] of each finding.
    """

    __tablename__ = "grades"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    ticket: Mapped[str] = mapped_column(String(32), unique=True)  # a second report under one ticket finds this
    points: Mapped[float]
    out_of: Mapped[float]
    edition: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(64))
    codes: Mapped[list[Any]]  # of the misconceptions that were named
    verdicts: Mapped[list[Any] | None]
    report: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # of grader.messages.Report
    graded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(back_populates="grades")


class Comment(Base):
    """What somebody who teaches says about a submission. line: from 1; 0 for the whole file."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    file: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # when its student saw it

    author: Mapped[User] = relationship()


class ScoreChange(Base):
    """What a student is told when a score became another one. submission_id: None where the whole exercise's did."""

    __tablename__ = "score_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.id"))
    old: Mapped[float | None]
    new: Mapped[float | None]
    why: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()


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
