"""Choosing a new password by a link that an instructor has handed over."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grader.messages import Text
from web import kinds
from web.access import ANYONE, allow
from web.accounts import keys, passwords, sessions
from web.accounts.journal import note, user
from web.database.models import User
from web.languages import say, t
from web.problems import Problem
from web.services import services

resets = Blueprint("resets", __name__)


@resets.get("/reset/<token>")
@allow(ANYONE)
def choose(token: str) -> str:
    """The form for a new password."""
    _owner(token)
    return _page(token, "")


@resets.post("/reset/<token>")
@allow(ANYONE)
def chosen(token: str) -> Response | tuple[str, int]:
    """The new password counts, and whoever was signed in with the old one is out. A second factor stays."""
    owner = _owner(token)
    weakness = passwords.weakness(request.form.get("password", ""), owner.name, owner.email)
    if weakness:
        return _page(token, say(weakness)), 422
    password, moment = passwords.hashed(request.form["password"]), services().clock()
    with services().database.write() as session:
        if not keys.spend_link(session, token, moment):
            raise unusable()
        session.get_one(User, owner.id).password = password
        sessions.end_all(session, owner.id, moment)
        note(session, moment, "password changed", owner.id, user(owner.id), new="by a reset link")
    flash(t("Your new password counts from now on. Sign in with it.", "新密码已生效，请用它登录。"), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def unusable() -> Problem:
    """One answer, whether the link is wrong, has run out or was used."""
    return Problem(
        kinds.NOT_FOUND,
        Text(
            "This link cannot be used (any more). Ask your instructor for a new one.",
            "这个链接无法使用，或已经失效。请向老师索取新的链接。",
        ),
    )


def _owner(token: str) -> User:
    with services().database.read() as session:
        found = keys.owner_of_link(session, token, services().clock())
        owner = session.get(User, found) if found else None
        if owner is None or owner.disabled_at:
            raise unusable()
        return owner


def _page(token: str, error: str) -> str:
    return render_template("accounts/reset.html", token=token, error=error, fewest=passwords.FEWEST)
