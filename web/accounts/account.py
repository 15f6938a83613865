"""One's own account: name, language, password, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.access import SIGNED_IN, allow
from web.accounts import devices, keys, passwords, proof, sessions, totp
from web.accounts.addresses import inside
from web.accounts.journal import note, user
from web.accounts.newcomers import mistake_in_name
from web.accounts.views import wrong_code
from web.database.models import User
from web.languages import COOKIE, say, t
from web.preferences import keep
from web.services import services

account = Blueprint("account", __name__, url_prefix="/account")

Answer = Response | str | tuple[str, int]


@account.get("")
@allow(SIGNED_IN)
def page() -> Answer:
    """Everything at a glance."""
    return _page()


@account.post("/profile")
@allow(SIGNED_IN)
def profile() -> Answer:
    """How one is called, and spoken to."""
    name, chosen = " ".join(request.form.get("name", "").split()), request.form.get("language")
    mistake = mistake_in_name(name)
    if mistake:
        return _page(name=say(mistake)), 422
    language = chosen if chosen in {"en", "zh"} else None
    with services().database.write() as writing:
        row = _own(writing)
        row.name, row.language = name, language
    flash(t("Saved.", "已保存。"), "success")
    answer = redirect(url_for("account.page"), 303)
    if language:
        keep(answer, COOKIE, language)
    else:
        answer.delete_cookie(COOKIE)
    return answer


@account.post("/password")
@allow(SIGNED_IN)
def password() -> Answer:
    """A new password for the old one; whoever else is signed in with it is out."""
    with services().database.read() as reading:
        row = _own(reading)
    if not passwords.fits(request.form.get("old", ""), row.password):
        return _page(old=t("This is not your present password.", "当前密码不正确。")), 422
    weakness = passwords.weakness(request.form.get("new", ""), row.name, row.email)
    if weakness:
        return _page(new=say(weakness)), 422
    new, moment = passwords.hashed(request.form["new"]), services().clock()
    with services().database.write() as writing:
        _own(writing).password = new
        sessions.end_all(writing, row.id, moment, but=current_user.token)
        sessions.prove(writing, current_user.token, moment)
        keys.forget(writing, keys.RESET, row.id)
        note(writing, moment, "password changed", row.id, user(row.id))
    flash(t("Your password is changed; all other sessions have ended.", "密码已更改，其他登录均已退出。"), "success")
    return redirect(url_for("account.page"), 303)


@account.post("/sessions/<key>/end")
@allow(SIGNED_IN)
def end(key: str) -> Answer:
    """Sign out one of one's own sessions."""
    with services().database.write() as writing:
        sessions.end_one(writing, current_user.user_id, key, services().clock())
    flash(t("This session has ended.", "该登录已退出。"), "success")
    return redirect(url_for("account.page"), 303)


@account.post("/sessions/end")
@allow(SIGNED_IN)
def end_all() -> Answer:
    """Sign out everywhere, here too."""
    moment, own = services().clock(), current_user.user_id
    with services().database.write() as writing:
        sessions.end_all(writing, own, moment)
        note(writing, moment, "signed out everywhere", own, user(own))
    logout_user()
    session.clear()
    flash(t("You are signed out everywhere.", "已退出所有登录。"), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@account.get("/confirm")
@allow(SIGNED_IN)
def confirm() -> Answer:
    """Asks again who one is."""
    return _confirming("")


@account.post("/confirm")
@allow(SIGNED_IN)
def confirming() -> Answer:
    """By a code where there is a second factor, else by the password."""
    moment, given = services().clock(), request.form.get("proof", "")
    with services().database.read() as reading:
        row = _own(reading)
    second = bool(row.totp_secret)
    known = not second and passwords.fits(given, row.password)  # slow on purpose: not while others wait to write
    with services().database.write() as writing:
        fits = known or (second and bool(totp.accepts(writing, _own(writing), given, moment)))
        if fits:
            sessions.prove(writing, current_user.token, moment, second_factor=second)
        else:
            note(writing, moment, "confirmation failed", row.id, user(row.id))
    if not fits:
        return _confirming(wrong_code() if second else t("This is not your password.", "密码不正确。")), 401
    return redirect(inside(request.form.get("next", "")) or url_for("account.page"), 303)


def _own(reading: Session) -> User:
    return reading.get_one(User, current_user.user_id)


def _page(**mistakes: str) -> str:
    with services().database.read() as reading:
        row = _own(reading)
        alive = sessions.alive(reading, row.id, services().clock())
    here = sessions.digest(current_user.token)
    return render_template(
        "accounts/account.html",
        person=row,
        sessions=[(one, devices.device(one.agent), one.id == here) for one in alive],
        mistakes=mistakes,
        fewest=passwords.FEWEST,
        providers=services().settings.oidc[:1],
        typed=request.form if mistakes else {},
    )


def _confirming(error: str) -> str:
    with services().database.read() as reading:
        row = _own(reading)
    wanted = inside(request.values.get("next", ""))
    providers = services().settings.oidc if row.oidc_subject else ()
    return render_template(
        "accounts/confirm.html", person=row, wanted=wanted, error=error, providers=providers, proven=proof.proven()
    )
