"""Setting up a second factor: a secret that counts once a code has confirmed it, and recovery codes shown once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.access import SIGNED_IN, allow
from web.accounts import keys, proof, sessions, totp
from web.accounts.addresses import inside
from web.accounts.invitations import revoke_tokens
from web.accounts.journal import note, user
from web.accounts.proof import after_proof
from web.accounts.views import wrong_code
from web.database.models import User
from web.languages import t
from web.services import services

second_factor = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")

Answer = Response | str | tuple[str, int]
PAGE = "second_factor.page"


@second_factor.get("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def page() -> Answer:
    """What there is, or how to set it up."""
    with services().database.read() as reading:
        enrolled = bool(_own(reading).totp_secret)
    if enrolled and not current_user.second_factor:
        return proof.ask(request.full_path.rstrip("?"))
    return _set_up() if enrolled else _offer("")


@second_factor.post("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def enrol() -> Answer:
    """From now on it is asked for at every sign-in; sessions and tokens from before it end."""
    moment = services().clock()
    with services().database.write() as writing:
        row = _own(writing)
        if row.totp_secret:
            return redirect(url_for(PAGE), 303)
        confirmed = totp.confirm(writing, row, request.form.get("code", ""), moment)
        if confirmed:
            codes = keys.recovery_codes(writing, row.id, moment)
            sessions.end_all(writing, row.id, moment, but=current_user.token)
            revoke_tokens(writing, row.id, moment)
            sessions.prove(writing, current_user.token, moment, second_factor=True)
            note(writing, moment, "second factor on", row.id, user(row.id))
    return _show(codes) if confirmed else (_offer(wrong_code()), 401)


@second_factor.post("/off")
@allow(SIGNED_IN)
@after_proof(PAGE)
def off() -> Answer:
    """For a new telephone; who teaches has to set it up again."""
    moment = services().clock()
    if not _with_code():
        return proof.ask(url_for(PAGE))
    with services().database.write() as writing:
        row = _own(writing)
        totp.remove(writing, row)
        sessions.forget_second_factor(writing, row.id)
        note(writing, moment, "second factor off", row.id, user(row.id))
    flash(t("The second factor is off.", "两步验证已关闭。"), "warning")
    return redirect(url_for("account.page"), 303)


@second_factor.post("/recovery-codes")
@allow(SIGNED_IN)
@after_proof(PAGE)
def renew() -> Answer:
    """Ten new codes; the old ones open nothing."""
    moment = services().clock()
    if not _with_code():
        return proof.ask(url_for(PAGE))
    with services().database.write() as writing:
        codes = keys.recovery_codes(writing, current_user.user_id, moment)
        note(writing, moment, "recovery codes renewed", current_user.user_id, user(current_user.user_id))
    return _show(codes)


def _own(reading: Session) -> User:
    return reading.get_one(User, current_user.user_id)


def _with_code() -> bool:
    """A password alone takes no second factor away."""
    return bool(current_user.second_factor)


def _offer(error: str) -> str:
    with services().database.write() as writing:
        row = _own(writing)
        secret = totp.offer(row)
    return render_template(
        "accounts/enrol.html",
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=totp.picture(secret, row.email),
        wanted=inside(request.values.get("next", "")),
        error=error,
    )


def _set_up() -> str:
    with services().database.read() as reading:
        left = keys.codes_left(reading, current_user.user_id)
    return render_template("accounts/second_factor.html", left=left)


def _show(codes: list[str]) -> str:
    wanted = inside(request.form.get("next", "")) or url_for("account.page")
    return render_template("accounts/recovery_codes.html", codes=codes, wanted=wanted)
