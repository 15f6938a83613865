"""Editions of exercises that were published, and which of them the courses that use them know of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, PublicationState
from web.database.models.people import User


class Publication(Base):
    """That somebody publishes an edition: written before its files can be seen, settled when they are.

    state: `out` once it is handed out, `lost` where whoever published it broke off before; words: the digest of its
    translation, for that may be all that is new.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise: Mapped[str] = mapped_column(String(100))
    edition: Mapped[str] = mapped_column(String(64))
    before: Mapped[str] = mapped_column(String(64), default="")  # empty for a new exercise
    words: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[PublicationState] = mapped_column(default="begun")
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]

    actor: Mapped[User] = relationship()

    __table_args__ = (Index("ix_publications_exercise_state", "exercise", "state"),)


class Noticed(Base):
    """The last publication of an exercise that those who teach a course have taken note of."""

    __tablename__ = "noticed"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(100), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"))
