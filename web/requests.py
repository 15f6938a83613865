"""The id of a request: in every log line, in the answer's header, and in the job that it causes."""

from __future__ import annotations

import logging
import secrets
import time
from typing import cast

import structlog
from flask import Response, g, request

log = logging.getLogger(__name__)


def request_id() -> str:
    """Of this request; made here, for a name that a stranger gives cannot be trusted."""
    return cast("str", g.request_id)


def begin() -> None:
    """Before a request."""
    g.request_id, g.began = secrets.token_hex(8), time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def finish(response: Response) -> Response:
    """After it: one line, without the query, which may hold a token."""
    response.headers["X-Request-Id"] = request_id()
    seconds = round(time.monotonic() - g.began, 4)
    known = {"method": request.method, "rule": str(request.url_rule or "-"), "status": response.status_code}
    log.info("request", extra={**known, "seconds": seconds})
    return response
