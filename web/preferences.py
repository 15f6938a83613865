"""How somebody likes the site: language and theme, kept in cookies and, for the language, in the account."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response, redirect, request

from web.access import ANYONE, allow
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
    answer = Response(status=303, headers={"Location": redirect(_next()).location or "/"})
    for name, values in CHOICES.items():
        chosen = request.form.get(name)
        if chosen in values:
            answer.set_cookie(
                name, chosen or "", max_age=A_YEAR, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
            )
    return answer


def _next() -> str:
    """The page to go back to: a path of ours, for a form must not lead elsewhere."""
    wanted = request.form.get("next", "/")
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if ours else "/"
