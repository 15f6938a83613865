"""Where a terminal asks to be signed in, in the words of RFC 8628 and 7009, and the page where its person decides."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from web.access import ANYONE, SIGNED_IN, allow
from web.accounts import pairing
from web.accounts.addresses import whole
from web.accounts.journal import note
from web.accounts.proof import after_proof
from web.accounts.sessions import digest
from web.accounts.token_pages import MOST, may_publish
from web.database.models import ApiToken, Pairing
from web.languages import t
from web.services import services

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAGE = "pairing.page"
USUAL = ("read", "submit")

machines = Blueprint("device", __name__, url_prefix="/device")  # asked by programs, without a cookie
pairing_pages = Blueprint("pairing", __name__, url_prefix="/device")

Answer = Response | str | tuple[str, int]
Words = tuple[Response, int]


@machines.post("/code")
@allow(ANYONE)
def code() -> Words:
    """A new pairing for a program that says what it is."""
    if not request.form.get("client_id"):
        return _refused("invalid_request")
    with services().database.write() as session:
        asked = pairing.ask(session, request.form.get("name", ""), services().clock())
    shown = pairing.spoken(asked.code)
    said = {
        "device_code": asked.secret,
        "user_code": shown,
        "verification_uri": whole(url_for(PAGE)),
        "verification_uri_complete": whole(url_for(PAGE, code=shown)),
        "expires_in": int(pairing.LIFE.total_seconds()),
        "interval": int(pairing.INTERVAL.total_seconds()),
    }
    return jsonify(said), 200


@machines.post("/token")
@allow(ANYONE)
def token() -> Words:
    """The token where a person has confirmed; else why not, in RFC 8628's words."""
    if request.form.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type")
    secret = request.form.get("device_code", "")
    if not 0 < len(secret) <= 100:
        return _refused("invalid_request")
    with services().database.write() as session:
        found = pairing.collect(session, secret, services().clock())
    if not pairing.is_token(found):
        return _refused(found)
    return jsonify(access_token=found, token_type="Bearer", expires_in=int(pairing.GOOD_FOR.total_seconds())), 200  # noqa: S106 - the kind of token


@machines.post("/revoke")
@allow(ANYONE)
def revoke() -> Words:
    """Whoever holds a token may end it. One that is none is answered alike (RFC 7009)."""
    given, moment = request.form.get("token", ""), services().clock()
    if not given:
        return _refused("invalid_request")
    theirs = (ApiToken.digest == digest(given), ApiToken.revoked_at.is_(None))
    with services().database.write() as session:
        ended = update(ApiToken).where(*theirs).values(revoked_at=moment).returning(ApiToken.id, ApiToken.user_id)
        for key, owner in session.execute(ended).all():
            note(session, moment, "token revoked", owner, f"token {key}")
    return jsonify({}), 200


@pairing_pages.get("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def page() -> Answer:
    """Where the code is typed; with one in the address, what it is about."""
    typed = request.args.get("code", "")
    return _page(typed) if typed else render_template("accounts/pairing.html", found=None, typed="", error="")


@pairing_pages.post("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def decide() -> Answer:
    """Confirmed or refused, once."""
    typed, moment = request.form.get("code", ""), services().clock()
    if request.form.get("decision") == "refuse":
        with services().database.write() as session:
            if not pairing.refuse(session, typed, current_user.user_id, moment):
                return _unknown(typed)
            note(session, moment, "terminal refused", current_user.user_id)
        flash(t("Refused: the terminal gets nothing.", "已拒绝：该终端没有获得任何权限。"), "success")
        return redirect(url_for(PAGE), 303)
    return _confirm(typed)


def _confirm(typed: str) -> Answer:
    moment, scopes = services().clock(), " ".join(_scopes())
    if _alive() >= MOST:
        return _page(typed, t(f"You have {MOST} tokens. Revoke one first.", f"你已有 {MOST} 个令牌，请先撤销一个。"))
    with services().database.write() as session:
        made = pairing.confirm(session, typed, current_user.user_id, moment, scopes)
        if made is None:
            return _unknown(typed)
        note(session, moment, "token made", made.user_id, f"token {made.id}", new=f"{made.scopes}, for a terminal")
    flash(t("Done: go back to your terminal.", "完成：请回到终端继续。"), "success")
    return redirect(url_for("tokens.page"), 303)


def _scopes() -> tuple[str, ...]:
    more = request.form.get("publish") and may_publish()
    return (*USUAL, "publish") if more else USUAL


def _page(typed: str, error: str = "") -> Answer:
    with services().database.read() as session:
        found = pairing.undecided(session, typed, services().clock())
    if found is None:
        return _unknown(typed)
    return _shown(found, error)


def _shown(found: Pairing, error: str) -> str:
    shown = pairing.spoken(found.code)
    minutes = int((services().clock() - found.created_at).total_seconds() // 60)
    return render_template(
        "accounts/pairing.html",
        found=found,
        typed=shown,
        error=error,
        publish=may_publish(),
        minutes=minutes,
        days=pairing.GOOD_FOR.days,
    )


def _unknown(typed: str) -> Answer:
    """The same whether it is wrong, old or decided."""
    error = t(
        "No terminal waits with this code. It is good for ten minutes: ask for a new one in your terminal.",
        "没有终端在等待这个代码。代码十分钟内有效：请在终端里重新获取。",
    )
    return render_template("accounts/pairing.html", found=None, typed=typed[:20], error=error), 422


def _alive() -> int:
    good = (ApiToken.user_id == current_user.user_id, ApiToken.revoked_at.is_(None))
    with services().database.read() as session:
        found = select(func.count()).select_from(ApiToken).where(*good, ApiToken.expires_at > services().clock())
        return session.scalar(found) or 0


def _refused(error: str) -> Words:
    return jsonify(error=error), 400
