"""Those who come: people, their sessions, their keys, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from web.database.base import Base, Role

if TYPE_CHECKING:
    from web.database.models.teaching import Course, Membership


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
    group: Mapped[str] = mapped_column("group_name", String(100), default="")
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
    repository_id: Mapped[int | None] = mapped_column(ForeignKey("repositories.id"))  # good for its pushes only
    commit: Mapped[str | None] = mapped_column("commit_id", String(64))  # and for this one only, where CI has said so
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))  # words: read submit publish
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @property
    def collected(self) -> bool:
        """Whether anybody has it: a terminal's is made when it collects it, and no hash has a colon."""
        return ":" not in self.digest


class Pairing(Base):
    """A terminal that asks to be signed in, by a short code that a person confirms in the browser.

    `id` is the hash of the secret that the terminal holds.
    """

    __tablename__ = "pairings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)  # what the person compares
    name: Mapped[str] = mapped_column(String(100))  # of the machine, as it says itself
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who confirmed it
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]  # when the terminal last asked
    decided_at: Mapped[datetime | None]
    refused: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]  # its token was handed out
