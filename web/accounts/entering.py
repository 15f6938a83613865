"""The way in: a password or an institution's word, then a second factor where there is one, then a session."""

from __future__ import annotations

import time
from datetime import datetime

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from web.accounts import passwords, sessions
from web.accounts.journal import note, user
from web.database.models import User
from web.services import Services, services

HALF = "half"  # in the signed cookie: whose first factor was right
PATIENCE = 300  # seconds that one may look for one's telephone

Answer = Response | str


def identify(services: Services, email: str, password: str) -> User | None:
    """Whose e-mail and password these are. Takes as long, and writes as much, for one who is not there."""
    with services.database.read() as reading:
        found = reading.scalar(select(User).where(User.email == email, User.disabled_at.is_(None)))
    right = passwords.fits(password, found.password if found else None)
    if found and right:
        _renew(services, found, password)
        return found
    with services.database.write() as writing:
        note(writing, services.clock(), "sign-in failed", None, user(found.id) if found else "")
    return None


def arrive(person: User, wanted: str, how: str, *, proved_at: datetime | None = None) -> Answer:
    """The first factor is right, since `proved_at`. Asks for the second where there is one, else lets in."""
    if not person.totp_secret:
        return admit(person, wanted, how, proved_at=proved_at)
    kept = kept_text()
    session.clear()
    session[HALF] = {"user": person.id, "until": time.time() + PATIENCE, "mark": _mark(person), "how": how}
    if kept:
        return render_template("accounts/second_step.html", wanted=wanted, kept=kept, error="")
    return redirect(url_for("accounts.second_step", next=wanted or None), 303)


def halfway() -> User | None:
    """Who has given a right first factor just now, and not changed it since."""
    half = session.get(HALF)
    if not half or time.time() > half["until"]:
        return None
    with services().database.read() as reading:
        found = reading.get(User, half["user"])
    return found if found and not found.disabled_at and _mark(found) == half["mark"] else None


def admit(
    person: User, wanted: str, how: str, *, second_factor: bool = False, proved_at: datetime | None = None
) -> Answer:
    """A new session under a new token; nothing from before belongs to whoever is here now."""
    if current_user.is_authenticated:
        sessions.end(services(), current_user.token)
    moment, kept = services().clock(), kept_text()
    with services().database.write() as writing:
        token = sessions.begin(writing, person, moment, request.user_agent.string, second_factor=second_factor)
        if proved_at:
            sessions.prove(writing, token, proved_at)
        note(writing, moment, "signed in", person.id, user(person.id), new=how)
    session.clear()
    login_user(sessions.person_of(services(), token))
    if kept and wanted:
        return render_template("accounts/kept.html", wanted=wanted, kept=kept)
    return redirect(wanted or url_for("students.home"), 303)


def kept_text() -> str:
    """What was being handed in when the session had ended; it travels through the forms of signing in."""
    return request.form.get("kept", "").replace("\r\n", "\n")


def _mark(person: User) -> str:
    """Changes with the password and the second factor, and tells neither."""
    return sessions.digest(f"{person.password} {person.totp_secret} {person.oidc_subject}")[:16]


def _renew(services: Services, person: User, password: str) -> None:
    """A hash from before is made anew with today's settings, now that the password is at hand."""
    if not person.password or not passwords.outdated(person.password):
        return
    new = passwords.hashed(password)
    with services.database.write() as writing:
        same = (User.id == person.id, User.password == person.password)
        writing.execute(update(User).where(*same).values(password=new))
    person.password = new
