"""For those who run the site: alive, ready, and numbers."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from web.access import ANYONE, Rule, allow
from web.health.metrics import exposition
from web.health.readiness import missing
from web.services import services

health = Blueprint("health", __name__)


@health.get("/healthz")
@allow(ANYONE)
def alive() -> Response:
    """Needs nothing: who restarts the site when this fails must not do so for a database's sake."""
    return jsonify(status="alive")


@health.get("/readyz")
@allow(ANYONE)
def ready() -> tuple[Response, int]:
    lacking = missing(services())
    return (jsonify(status="not ready", missing=lacking), 503) if lacking else (jsonify(status="ready"), 200)


def is_operator() -> bool:
    """Whether one may read the numbers: with GRADER_METRICS_TOKEN where it is set, else from a near address.

    An address that a proxy has forwarded counts only where GRADER_PROXIES says that there is one.
    """
    wanted = services().settings.metrics_token
    if wanted:
        given = request.authorization.token if request.authorization else ""
        return hmac.compare_digest((given or "").encode(), wanted.encode())
    hidden = not services().settings.proxies and "X-Forwarded-For" in request.headers
    return not hidden and _is_near(request.remote_addr or "")


def _is_near(address: str) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_private


OPERATOR = Rule("operator: from nearby, or with the token", signed_in=False, allows=lambda _: is_operator())


@health.get("/metrics")
@allow(OPERATOR)
def numbers() -> Response:
    return Response(exposition(services()), content_type=CONTENT_TYPE_LATEST)
