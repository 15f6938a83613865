"""Keys that open once: recovery codes in place of a second factor, and links to choose a new password."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from web.accounts.sessions import digest
from web.database.models import OneTimeKey

RECOVERY, RESET = "recovery", "reset"
CODES = 10
LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # none that looks like another, and no vowels: no code becomes a word
RESET_LIFE = timedelta(hours=24)


def recovery_codes(session: Session, user_id: int, moment: datetime) -> list[str]:
    """Ten new ones of 76 bits; the old ones no longer count."""
    forget(session, RECOVERY, user_id)
    codes = [_code() for _ in range(CODES)]
    for code in codes:
        _keep(session, RECOVERY, user_id, moment, _plain(code), None)
    return codes


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes have not been used."""
    found = select(func.count()).select_from(OneTimeKey).where(*_unused(RECOVERY, user_id))
    return session.scalar(found) or 0


def spend_code(session: Session, user_id: int, code: str, moment: datetime) -> bool:
    """Whether this was one of theirs, which it is no more."""
    key = _key(RECOVERY, _plain(code))
    spent = update(OneTimeKey).where(*_unused(RECOVERY, user_id), OneTimeKey.id == key).values(used_at=moment)
    return session.scalar(spent.returning(OneTimeKey.id)) is not None


def reset_link(session: Session, user_id: int, moment: datetime) -> str:
    """The token of a link to choose a new password; links from before no longer count."""
    forget(session, RESET, user_id)
    token = secrets.token_urlsafe(32)
    _keep(session, RESET, user_id, moment, token, moment + RESET_LIFE)
    return token


def owner_of_link(session: Session, token: str, moment: datetime) -> int | None:
    """Who may choose a new password with this token."""
    return session.scalar(select(OneTimeKey.user_id).where(*_valid_link(token, moment)))


def spend_link(session: Session, token: str, moment: datetime) -> bool:
    """Whether it was still good; of two who come at once, one is told so."""
    spent = update(OneTimeKey).where(*_valid_link(token, moment)).values(used_at=moment)
    return session.scalar(spent.returning(OneTimeKey.id)) is not None


def forget(session: Session, purpose: str, user_id: int) -> None:
    """None of these opens any more."""
    session.execute(delete(OneTimeKey).where(OneTimeKey.purpose == purpose, OneTimeKey.user_id == user_id))


def _keep(
    session: Session, purpose: str, user_id: int, moment: datetime, text: str, expires_at: datetime | None
) -> None:
    key = _key(purpose, text)
    session.add(OneTimeKey(id=key, purpose=purpose, user_id=user_id, created_at=moment, expires_at=expires_at))


def _key(purpose: str, text: str) -> str:
    """One kind of key never opens the other's lock."""
    return digest(f"{purpose} {text}")


def _unused(purpose: str, user_id: int) -> tuple[ColumnElement[bool], ...]:
    return OneTimeKey.purpose == purpose, OneTimeKey.user_id == user_id, OneTimeKey.used_at.is_(None)


def _valid_link(token: str, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    in_time = or_(OneTimeKey.expires_at.is_(None), OneTimeKey.expires_at > moment)
    return OneTimeKey.id == _key(RESET, token), OneTimeKey.used_at.is_(None), in_time


def _code() -> str:
    """Four groups of four."""
    text = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())[:64]
