"""Sessions live in the database, so that they can be ended from anywhere: the cookie has a token, the row its hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from web.database.models import SignIn, User
from web.services import Services

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=14)
PROOF = timedelta(minutes=15)  # so long a password or code that was given opens what asks for one anew
NOTED_EVERY = timedelta(minutes=5)  # a row written at every click would make readers writers
FOUND = select(SignIn).where(SignIn.id == bindparam("id")).options(joinedload(SignIn.user))


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Whoever sends this request, signed in by a session or by a token."""

    user_id: int
    name: str
    email: str
    language: str | None
    token: str = ""  # of the session; empty for a program with an API token
    second_factor: bool = False
    proved_at: datetime | None = None  # the last time that a password or a code was given
    scopes: frozenset[str] = frozenset(["read", "submit"])
    only_course: int | None = None  # what an API token is good for
    only_exercise: str | None = None
    only_repository: str | None = None  # its address
    only_commit: str | None = None

    def get_id(self) -> str:
        return self.token


def digest(token: str) -> str:
    """What the database keeps of a token: it is long and random, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, user: User, moment: datetime, agent: str, *, second_factor: bool = False) -> str:
    """A new session; its token, which nobody else ever sees."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            id=digest(token),
            user_id=user.id,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + ABSOLUTE,
            second_factor_at=moment if second_factor else None,
            proved_at=moment,
            agent=agent[:200],
        )
    )
    return token


def person_of(services: Services, token: str) -> Person | None:
    """Who holds this token; None where the session has ended, run out, or never was."""
    moment = services.clock()
    with services.database.read() as session:
        found = session.scalar(FOUND, {"id": digest(token)})
        if found is None or found.ended_at or moment > min(found.expires_at, found.seen_at + IDLE):
            return None
        user = found.user
        if user.disabled_at:
            return None
        person = _person(user, found, token)
        stale = moment - found.seen_at > NOTED_EVERY
    if stale:
        with services.database.write() as session:
            session.execute(update(SignIn).where(SignIn.id == digest(token)).values(seen_at=moment))
    return person


def _person(user: User, found: SignIn, token: str) -> Person:
    second_factor = found.second_factor_at is not None
    return Person(
        user.id, user.name, user.email, user.language, token, second_factor=second_factor, proved_at=found.proved_at
    )


def alive(session: Session, user_id: int, moment: datetime) -> list[SignIn]:
    """The sessions that somebody has, the one used last first."""
    found = select(SignIn).where(
        SignIn.user_id == user_id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > moment,
        SignIn.seen_at > moment - IDLE,
    )
    return list(session.scalars(found.order_by(SignIn.seen_at.desc(), SignIn.created_at.desc())))


def end(services: Services, token: str) -> None:
    """Sign out here."""
    with services.database.write() as session:
        session.execute(update(SignIn).where(SignIn.id == digest(token)).values(ended_at=services.clock()))


def end_all(session: Session, user_id: int, moment: datetime, *, but: str = "") -> None:
    """Sign out everywhere; `but`: the token of a session that stays."""
    others = (SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.id != digest(but))
    session.execute(update(SignIn).where(*others).values(ended_at=moment))


def end_one(session: Session, user_id: int, key: str, moment: datetime) -> bool:
    """End the session with this id, where it is theirs; whether there was one to end."""
    theirs = (SignIn.user_id == user_id, SignIn.id == key, SignIn.ended_at.is_(None))
    ended = update(SignIn).where(*theirs).values(ended_at=moment).returning(SignIn.id)
    return session.scalar(ended) is not None


def prove(session: Session, token: str, moment: datetime, *, second_factor: bool = False) -> None:
    """Whoever holds the token has just shown again who they are."""
    values = {"proved_at": moment} | ({"second_factor_at": moment} if second_factor else {})
    session.execute(update(SignIn).where(SignIn.id == digest(token)).values(**values))


def proved(person: Person, moment: datetime) -> bool:
    """Whether they have shown it lately. What changes an account's keys asks for it."""
    return person.proved_at is not None and moment - person.proved_at <= PROOF


def forget_second_factor(session: Session, user_id: int) -> None:
    """What was opened with a second factor that is no more counts as opened without."""
    session.execute(update(SignIn).where(SignIn.user_id == user_id).values(second_factor_at=None))
