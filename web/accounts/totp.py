"""Codes that a telephone counts by its clock (RFC 6238): confirmed before they count, and each good for one sign-in."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
import segno
from sqlalchemy import update
from sqlalchemy.orm import Session

from web.accounts import keys
from web.database.models import User

SECONDS, DIGITS, DRIFT = 30, 6, 1  # a clock may be a step off, either way


def offer(person: User) -> str:
    """A secret to be confirmed by a code: the one on offer, so that a page can be loaded again."""
    person.totp_offered = person.totp_offered or pyotp.random_base32()
    return person.totp_offered


def picture(secret: str, email: str) -> str:
    """What a telephone's camera reads, as the address of an image."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Chainrule")
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="white", nl=False))


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """Which step of the clock a code belongs to; None where to none near this moment."""
    digits = "".join(code.split())
    now = int(moment.timestamp()) // SECONDS
    counting = pyotp.HOTP(secret, digits=DIGITS)
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(counting.at(step).encode(), digits.encode())
    ]
    return max(fitting, default=None)


def spend(session: Session, person: User, code: str, moment: datetime) -> bool:
    """Whether the code is right and was never used, nor one after it. Of two who bring it at once, one is told so."""
    step = step_of(person.totp_secret, code, moment) if person.totp_secret else None
    if step is None:
        return False
    newer = update(User).where(User.id == person.id, User.totp_step < step).values(totp_step=step)
    return session.scalar(newer.returning(User.id)) is not None


def confirm(session: Session, person: User, code: str, moment: datetime) -> bool:
    """Whether the code belongs to the secret on offer, which from now on is the one that counts."""
    step = step_of(person.totp_offered, code, moment) if person.totp_offered else None
    if step is None:
        return False
    person.totp_secret, person.totp_offered, person.totp_step = person.totp_offered, None, step
    session.flush()
    return True


def remove(session: Session, person: User) -> None:
    """No second factor any more, and no codes in its place."""
    person.totp_secret = person.totp_offered = None
    keys.forget(session, keys.RECOVERY, person.id)


def accepts(session: Session, person: User, code: str, moment: datetime) -> str:
    """Which kind of code this was: `code`, `recovery code`, or nothing where it is neither."""
    if spend(session, person, code, moment):
        return "code"
    return "recovery code" if keys.spend_code(session, person.id, code, moment) else ""
