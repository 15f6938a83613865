"""What went wrong, in the reader's language: a page for people, application/problem+json (RFC 9457) under /api.

Both say what happened, whether anything was counted, and what to do; and carry the request's id.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from grader.files import Unreadable
from grader.messages import Language, Text
from web import kinds
from web.kinds import Kind
from web.languages import asked, language
from web.refusals import Refused
from web.requests import request_id

PROGRAMS = ("/api/", "/hooks/")
MEDIA_TYPE = "application/problem+json"
KEPT_HEADERS = frozenset(["allow", "retry-after", "www-authenticate"])  # of werkzeug's own answers

log = logging.getLogger(__name__)


class Problem(HTTPException):
    """A problem that a view knows about. `detail` is about this occurrence; `errors`: (where, what) of each mistake."""

    def __init__(
        self,
        kind: Kind,
        detail: Text | None = None,
        errors: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.title.en)
        self.code, self.kind, self.detail, self.errors, self.headers = kind.status, kind, detail, errors, headers or {}


def register(app: Flask) -> None:
    """Answer every error of an application."""
    app.register_error_handler(HTTPException, http_problem)
    for refusal in (Refused, Unreadable):
        app.register_error_handler(refusal, lambda error: answer(Problem(kinds.of_refusal(error), error.text)))
    app.register_error_handler(DataError, lambda _: answer(Problem(kinds.BAD_REQUEST)))  # e.g. a NUL in an address
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(kind, database_away)


def http_problem(error: HTTPException) -> Response | HTTPException:
    """An error of HTTP's, of a view's or, for what nobody caught, of ours."""
    if error.response is not None:
        return error
    if isinstance(error, Problem):
        return answer(error)
    headers = {name: value for name, value in error.get_headers() if name.lower() in KEPT_HEADERS}
    kind = kinds.FORM if isinstance(error, CSRFError) else kinds.of(error.code or 500)
    return answer(Problem(kind, headers=headers))


def database_away(error: Exception) -> Response:
    """What was not committed was not taken; what was, is answered before anything else is asked of the database."""
    log.error("database away: %s", type(error).__name__)
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001 - Flask-Login's place: who asks cannot be looked up now
    return answer(Problem(kinds.DATABASE_AWAY))


def answer(problem: Problem) -> Response:
    """The problem as the asker can read it."""
    g.refused = problem.kind.name
    made = _json(problem) if is_api() else _page(problem)
    made.headers.extend(_headers(problem))
    return made


def is_api() -> bool:
    """Whether a program asks."""
    return request.path.startswith(PROGRAMS)


def spoken() -> Language:
    """A program says with each request which language it wants; people have chosen one."""
    return asked() if is_api() and request.accept_languages else language()


def _headers(problem: Problem) -> dict[str, str]:
    headers = dict(problem.headers)
    if problem.kind.retry_after:
        headers.setdefault("Retry-After", str(problem.kind.retry_after))
    if problem.code == 401 and is_api():
        invalid = ', error="invalid_token"' if "Authorization" in request.headers else ""
        headers.setdefault("WWW-Authenticate", f'Bearer realm="chainrule"{invalid}')
    return headers


def _json(problem: Problem) -> Response:
    spoken_now, kind = spoken(), problem.kind
    body: dict[str, Any] = {
        "type": kind.type,
        "title": kind.title(spoken_now),
        "status": kind.status,
        "detail": (problem.detail or kind.whole)(spoken_now),
        "instance": request.path,
        "request": request_id(),
    }
    if problem.errors:
        body["errors"] = [{"where": where, "what": what} for where, what in problem.errors]
    made = current_app.response_class(json.dumps(body), kind.status, mimetype=MEDIA_TYPE)
    made.headers["Content-Language"] = spoken_now
    made.headers["Vary"] = "Accept-Language"
    return made


def _page(problem: Problem) -> Response:
    kind, spoken_now = problem.kind, language()
    words = {
        "title": kind.title(spoken_now),
        "what": (problem.detail or kind.what)(spoken_now),
        "counts": kind.counts(spoken_now),
        "todo": kind.todo(spoken_now),
    }
    page = render_template("problem.html", code=kind.status, request_id=request_id(), **words)
    return current_app.response_class(page, kind.status)
