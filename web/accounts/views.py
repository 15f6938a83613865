"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from web.access import ANYONE, SIGNED_IN, allow
from web.accounts import entering, sessions, totp
from web.accounts.addresses import inside
from web.accounts.journal import note, user
from web.database.models import User
from web.languages import t
from web.services import services

accounts = Blueprint("accounts", __name__)

Answer = Response | str | tuple[str, int]


@accounts.get("/sign-in")
@allow(ANYONE)
def sign_in() -> Answer:
    wanted = inside(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("students.home"))
    return _form(wanted, ended="_user_id" in session)


@accounts.post("/sign-in")
@allow(ANYONE)
def signing_in() -> Answer:
    email = request.form.get("email", "").strip().lower()
    wanted = inside(request.form.get("next", ""))
    person = entering.identify(services(), email, request.form.get("password", ""))
    if person is None:
        flash(t("E-mail and password do not fit together.", "邮箱与密码不匹配。"), "error")
        return _form(wanted, email), 401
    return entering.arrive(person, wanted, "password")


@accounts.get("/sign-in/code")
@allow(ANYONE)
def second_step() -> Answer:
    wanted = inside(request.args.get("next", ""))
    if entering.halfway() is None:
        return redirect(url_for("accounts.sign_in", next=wanted or None))
    return _code_form(wanted)


@accounts.post("/sign-in/code")
@allow(ANYONE)
def second_stepping() -> Answer:
    wanted = inside(request.form.get("next", ""))
    person = entering.halfway()
    if person is None:
        flash(t("That took too long. Please sign in again.", "等待时间过长，请重新登录。"), "warning")
        return _form(wanted)
    how = _spend(person, request.form.get("code", ""))
    if not how:
        return _code_form(wanted, wrong_code()), 401
    return entering.admit(person, wanted, f"{session[entering.HALF]['how']} and {how}", second_factor=True)


@accounts.post("/sign-out")
@allow(SIGNED_IN)
def sign_out() -> Response:
    sessions.end(services(), current_user.token)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


def wrong_code() -> str:
    """The same whether it is wrong, old or used."""
    return t(
        "This code does not fit. Wait for the next one that your telephone shows, and type all six digits.",
        "验证码不正确。请等手机上显示下一个验证码，输入全部六位数字。",
    )


def _spend(person: User, code: str) -> str:
    moment = services().clock()
    with services().database.write() as writing:
        how = totp.accepts(writing, person, code, moment)
        if how != "code":
            action = "recovery code used" if how else "sign-in failed"
            note(writing, moment, action, person.id if how else None, user(person.id))
    return how


def _form(wanted: str, email: str = "", *, ended: bool = False) -> str:
    return render_template(
        "accounts/sign_in.html",
        email=email,
        wanted=wanted,
        ended=ended,
        kept=entering.kept_text(),
        providers=services().settings.oidc,
    )


def _code_form(wanted: str, error: str = "") -> str:
    return render_template("accounts/second_step.html", wanted=wanted, kept=entering.kept_text(), error=error)
