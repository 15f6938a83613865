"""Signing in from a terminal (RFC 8628): it shows a short code, and a person confirms the code in the browser.

What the terminal holds is a long secret of which only the hash is kept; the short code opens nothing by itself.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from web.accounts.keys import LETTERS
from web.accounts.sessions import digest
from web.database.models import ApiToken, Pairing

PREFIX = "chainrule_"  # as every token has it
LIFE = timedelta(minutes=10)
INTERVAL = timedelta(seconds=3)  # that a terminal has to let pass between two questions
EARLY = timedelta(seconds=0.5)  # by which a network may bring one question nearer to the last
GOOD_FOR = timedelta(days=90)
LENGTH = 8  # of 27 letters: 280 thousand million codes, of which a person may try ten in ten minutes
LONGEST_NAME = 40

Refusal = Literal["authorization_pending", "slow_down", "access_denied", "expired_token", "invalid_grant"]


@dataclass(frozen=True)
class Asked:
    """What a terminal gets: the secret for itself, the code for its person."""

    secret: str
    code: str


def ask(session: Session, name: str, moment: datetime) -> Asked:
    """A new pairing. name: what the machine calls itself, of which only what can be shown is kept."""
    session.execute(delete(Pairing).where(Pairing.expires_at < moment - LIFE))
    asked = Asked(secrets.token_urlsafe(32), "".join(secrets.choice(LETTERS) for _ in range(LENGTH)))
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    made = {"created_at": moment, "expires_at": moment + LIFE, "name": shown[:LONGEST_NAME]}
    session.add(Pairing(id=_key(asked.secret), code=asked.code, **made))
    return asked


def spoken(code: str) -> str:
    """A code as it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}".upper()


def undecided(session: Session, typed: str, moment: datetime) -> Pairing | None:
    """The pairing of a code as somebody typed it; None for one that is wrong, old or decided."""
    return session.scalar(select(Pairing).where(*_open(typed, moment)))


def refuse(session: Session, typed: str, user_id: int, moment: datetime) -> bool:
    """Whether there was something to refuse."""
    return _decide(session, typed, user_id, moment, refused=True) is not None


def confirm(session: Session, typed: str, user_id: int, moment: datetime, scopes: str) -> ApiToken | None:
    """The token as it will be once the terminal has collected it, until when nothing opens with it."""
    found = _decide(session, typed, user_id, moment, refused=False)
    if found is None:
        return None
    token = ApiToken(
        digest=_placeholder(found.id),
        user_id=user_id,
        name=found.name or "terminal",
        scopes=scopes,
        created_at=moment,
        expires_at=found.expires_at,
    )
    session.add(token)
    session.flush()
    return token


def collect(session: Session, secret: str, moment: datetime) -> str | Refusal:
    """The token, handed out once and kept nowhere; or why there is none (yet)."""
    found = session.get(Pairing, _key(secret), with_for_update=True)
    if found is None or found.used_at:
        return "invalid_grant"
    early = found.asked_at is not None and moment - found.asked_at < INTERVAL - EARLY
    found.asked_at = moment
    if moment > found.expires_at:
        return "expired_token"
    if found.refused:
        return "access_denied"
    if early:
        return "slow_down"
    return _hand_out(session, found, moment) if found.decided_at else "authorization_pending"


def is_token(collected: str) -> bool:
    """Whether `collect` gave one."""
    return collected.startswith(PREFIX)


def _hand_out(session: Session, found: Pairing, moment: datetime) -> str | Refusal:
    """Where it was revoked meanwhile, there is none."""
    token = PREFIX + secrets.token_urlsafe(32)
    found.used_at = moment
    waiting = (ApiToken.digest == _placeholder(found.id), ApiToken.revoked_at.is_(None))
    values = {"digest": digest(token), "expires_at": moment + GOOD_FOR}
    made = session.scalar(update(ApiToken).where(*waiting).values(**values).returning(ApiToken.id))
    return token if made else "access_denied"


def _decide(session: Session, typed: str, user_id: int, moment: datetime, *, refused: bool) -> Pairing | None:
    """Of two who decide at once, one does."""
    values = {"decided_at": moment, "user_id": user_id, "refused": refused}
    return session.scalar(update(Pairing).where(*_open(typed, moment)).values(**values).returning(Pairing))


def _open(typed: str, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    code = "".join(letter for letter in typed.lower() if letter.isalnum())[: LENGTH + 1]
    return Pairing.code == code, Pairing.decided_at.is_(None), Pairing.expires_at > moment


def _key(secret: str) -> str:
    return digest(f"pairing {secret}")


def _placeholder(key: str) -> str:
    """In the place of a token's hash, and the hash of nothing: no hash has a colon."""
    return f"pairing:{key[:56]}"
