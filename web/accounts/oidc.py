"""Signing in with one's institution: OpenID Connect, authorization code with PKCE, state and nonce, by Authlib."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, flash, redirect, request, session, url_for
from flask_login import current_user
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from grader.messages import Text
from web import kinds
from web.access import ANYONE, SIGNED_IN, allow
from web.accounts import entering, invitations
from web.accounts.addresses import inside, whole
from web.accounts.linking import Claims, Refused, account_of, connect
from web.accounts.proof import after_proof
from web.database.models import User
from web.languages import t
from web.problems import Problem, answer
from web.services import services
from web.settings import Provider, Settings

oidc = Blueprint("oidc", __name__)
log = logging.getLogger(__name__)

Answer = Response | str
NAME = "institution"
INTENT = "oidc"  # in the signed cookie: what is to happen when they come back
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LONGEST_SUBJECT = 200
LEEWAY = 60  # seconds that two clocks may differ
WRONG = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError)

DISTRUSTED = Text(
    "The answer of your institution could not be used: it may have come too late, or twice. Start again from the "
    "sign-in page.",
    "学校返回的登录信息无法使用：可能已过期或重复。请从登录页面重新开始。",
)
AWAY = Text(
    "Your institution's sign-in does not answer at the moment. Try again in a few minutes.",
    "学校的登录系统暂时没有响应。请几分钟后再试。",
)


def attach(app: Flask, settings: Settings) -> None:
    """Know the provider. Nothing is asked of it before somebody signs in."""
    logging.getLogger("authlib").setLevel(logging.INFO)  # it tells the PKCE verifier to whoever debugs
    oauth = OAuth(app)
    for provider in settings.oidc[:1]:
        oauth.register(
            NAME,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "default_timeout": 10},
        )


@oidc.get("/sign-in/institution")
@allow(ANYONE)
def begin() -> Answer:
    """To the institution. A link and no form, for the security policy lets no form lead away."""
    return _leave(
        {"next": inside(request.args.get("next", "")), "invitation": request.args.get("invitation", "")[:100]},
        prompt="login" if "again" in request.args else None,
    )


@oidc.get("/account/connect")
@allow(SIGNED_IN)
@after_proof("account.page")
def connecting() -> Answer:
    """To the institution, to let it into the account that one is signed in to."""
    return _leave({"connect": current_user.user_id}, prompt="login")


@oidc.get("/sign-in/institution/back")
@allow(ANYONE)
def back() -> Answer:
    """From the institution, with a code that is good for one token."""
    provider, intent = _provider(), session.pop(INTENT, {})
    try:
        token = _claims(provider)
    except WRONG as error:
        log.warning("sign-in with an institution failed: %s", type(error).__name__)
        return answer(Problem(kinds.BAD_REQUEST, DISTRUSTED))
    claims = _told(provider, token)
    try:
        return _connected(claims, intent) if "connect" in intent else _entered(claims, intent, _since(token))
    except Refused as refusal:
        return answer(Problem(kinds.FORBIDDEN, refusal.text))


def _provider() -> Provider:
    return next(iter(services().settings.oidc), None) or abort(404)


def _client() -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].create_client(NAME)


def _leave(intent: dict[str, Any], prompt: str | None) -> Answer:
    provider, client = _provider(), None
    for key in [key for key in session if key.startswith("_state_")]:
        session.pop(key)  # of sign-ins that were begun and not ended: the cookie has little room
    try:
        client = _client()
        _trust(client.load_server_metadata(), provider)
        leaving = client.authorize_redirect(whole(url_for("oidc.back")), **({"prompt": prompt} if prompt else {}))
    except WRONG as error:
        log.warning("institution does not answer: %s", type(error).__name__)
        return answer(Problem(kinds.of(503), AWAY))
    session[INTENT] = intent
    return cast("Response", leaving)


def _trust(metadata: dict[str, Any], provider: Provider) -> None:
    """The provider's own words, where they are about the one we know, and only signatures that cannot be forged."""
    loaded = metadata.pop("_loaded_at", None)  # so that what is not trusted is asked for again
    if str(metadata["issuer"]).rstrip("/") != provider.issuer:
        raise ValueError("another issuer")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    safe = [name for name in offered if name in ALGORITHMS]
    if not safe:
        raise ValueError("no safe signature")
    metadata.update(id_token_signing_alg_values_supported=safe, _loaded_at=loaded)


def _claims(provider: Provider) -> dict[str, Any]:
    """What the verified token says. Raises one of WRONG."""
    client = _client()
    metadata = client.load_server_metadata()
    _trust(metadata, provider)
    if request.args.get("iss", metadata["issuer"]) != metadata["issuer"]:  # RFC 9207: an answer of somebody else's
        raise ValueError("another issuer")
    wanted = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    token = dict(client.authorize_access_token(claims_options=wanted, leeway=LEEWAY)["userinfo"])
    if not 0 < len(str(token["sub"])) <= LONGEST_SUBJECT:  # cut off, two persons could be one
        raise ValueError("no usable subject")
    return token


def _told(provider: Provider, token: dict[str, Any]) -> Claims:
    email = str(token.get("email", "")).strip().lower() if token.get("email_verified") is True else ""
    return Claims(provider.issuer, str(token["sub"]), email[:254], str(token.get("name", "")))


def _since(token: dict[str, Any]) -> datetime:
    """When the institution last asked who this is: not always now."""
    told = token.get("auth_time")
    ago = max(0.0, time.time() - float(told)) if isinstance(told, int | float) else 0.0
    return services().clock() - timedelta(seconds=min(ago, 1e6))


def _entered(claims: Claims, intent: dict[str, Any], proved_at: datetime) -> Answer:
    moment = services().clock()
    with services().database.write() as writing:
        invitation = invitations.find(writing, intent["invitation"], moment) if intent.get("invitation") else None
        person = account_of(writing, claims, invitation, moment)
    return entering.arrive(person, intent.get("next", ""), "institution", proved_at=proved_at)


def _connected(claims: Claims, intent: dict[str, Any]) -> Response:
    if not current_user.is_authenticated or current_user.user_id != intent["connect"]:
        abort(401)
    with services().database.write() as writing:
        connect(writing, writing.get_one(User, current_user.user_id), claims, services().clock())
    flash(
        t("Your institution is connected: from now on you can sign in with it.", "学校账号已绑定，以后可以用它登录。"),
        "success",
    )
    return redirect(url_for("account.page"), 303)
