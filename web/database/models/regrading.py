"""Work that is graded again in the background, seen by staff only until somebody publishes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, RegradeState, State
from web.database.models.teaching import Assignment
from web.database.models.work import Grade, Submission


class Regrade(Base):
    """All submissions of an exercise, judged by another edition or with other seeds."""

    __tablename__ = "regrades"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    edition: Mapped[str] = mapped_column(String(64))
    new_seeds: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RegradeState] = mapped_column(default="running")
    why: Mapped[str] = mapped_column(Text, default="")  # students read it where their score changes
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # published, or thrown away

    assignment: Mapped[Assignment] = relationship()


class Shadow(Base):
    """One submission in a regrade. Its ticket is its own, so the submission's grade is not touched by its report."""

    __tablename__ = "shadows"

    id: Mapped[int] = mapped_column(primary_key=True)
    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrades.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[State] = mapped_column(default="waiting")
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    seed: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]  # None: it lies with us, and not on the queue
    began_at: Mapped[datetime | None]
    fault: Mapped[dict[str, Any] | None]
    before_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))  # what was shown when it began
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))

    submission: Mapped[Submission] = relationship()
    before: Mapped[Grade | None] = relationship(foreign_keys=[before_id])
    grade: Mapped[Grade | None] = relationship(foreign_keys=[grade_id])

    @property
    def lane(self) -> str:
        """Behind everything that students wait for."""
        return "regrades"

    @property
    def device(self) -> str:
        return self.submission.device

    __table_args__ = (
        UniqueConstraint("regrade_id", "submission_id"),
        Index("ix_shadows_state_sent_at", "state", "sent_at"),
    )
