"""Asking anew who somebody is, before what changes the keys of an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from web.accounts.sessions import proved
from web.services import services

View = TypeVar("View", bound=Callable[..., Any])


def proven() -> bool:
    """Whether the person of this request has given a password or a code in the last quarter of an hour."""
    return proved(current_user, services().clock())


def ask(wanted: str) -> Response:
    """To the page that asks, and from there to `wanted`."""
    return redirect(url_for("account.confirm", next=wanted), 303)


def after_proof(page: str) -> Callable[[View], View]:
    """Mark a view that only opens after a fresh proof; `page`: the endpoint to come back to, with the same words."""

    def mark(view: View) -> View:
        @wraps(view)
        def asking(**words: Any) -> Any:
            if proven():
                return view(**words)
            return ask(request.full_path.rstrip("?") if request.method == "GET" else url_for(page))

        return asking  # type: ignore[return-value]

    return mark
