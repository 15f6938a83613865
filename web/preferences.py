"""How somebody likes the site: language and theme, kept in cookies and, for the language, in the account."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from web.access import ANYONE, allow
from web.accounts.addresses import inside
from web.languages import COOKIE

preferences = Blueprint("preferences", __name__)
THEME = "theme"
CHOICES = {COOKIE: ("en", "zh"), THEME: ("light", "dark", "system")}
A_YEAR = 365 * 24 * 3600

Theme = Literal["light", "dark", ""]


def theme() -> Theme:
    """What was chosen; empty where the system's own setting counts."""
    chosen = request.cookies.get(THEME)
    if chosen == "light":
        return "light"
    return "dark" if chosen == "dark" else ""


@preferences.post("/preferences")
@allow(ANYONE)
def choose() -> Response:
    """Keep what the form says and go back to the page it was on."""
    answer = redirect(inside(request.form.get("next", "")) or "/", 303)
    for name, values in CHOICES.items():
        chosen = request.form.get(name)
        if chosen in values:
            keep(answer, name, chosen)
    return answer


def keep(answer: Response, name: str, chosen: str) -> None:
    """In a cookie that no script reads."""
    answer.set_cookie(name, chosen, max_age=A_YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
