"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from web.access import ANYONE, SIGNED_IN, allow
from web.accounts import passwords, sessions
from web.database.models import User
from web.languages import t
from web.services import services

accounts = Blueprint("accounts", __name__)


@accounts.get("/sign-in")
@allow(ANYONE)
def sign_in() -> str:
    return render_template("accounts/sign_in.html", email="", wanted=_inside(request.args.get("next", "")))


@accounts.post("/sign-in")
@allow(ANYONE)
def signing_in() -> Response | str | tuple[str, int]:
    email = request.form.get("email", "").strip().lower()
    wanted = _inside(request.form.get("next", ""))
    with services().database.read() as reading:
        user = reading.scalar(select(User).where(User.email == email, User.disabled_at.is_(None)))
    if not passwords.fits(request.form.get("password", ""), user.password if user else None) or user is None:
        flash(t("E-mail and password do not fit together.", "邮箱与密码不匹配。"), "error")
        return render_template("accounts/sign_in.html", email=email, wanted=wanted), 401
    with services().database.write() as writing:
        token = sessions.begin(writing, user, services().clock(), request.user_agent.string)
    session.clear()  # nothing from before belongs to the person who is here now
    person = sessions.person_of(services(), token)
    login_user(person)
    return redirect(wanted or url_for("students.home"))


@accounts.post("/sign-out")
@allow(SIGNED_IN)
def sign_out() -> Response:
    sessions.end(services(), current_user.token)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


def _inside(address: str) -> str:
    """The address, where it is one of this site."""
    parts = urlsplit(address)
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if inside and "\\" not in address else ""
