"""What every template may use: both languages, formulas, numbers, and addresses of assets that can be kept for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader

from grader import words
from grader.formulas import plain
from web.formulas import formulas
from web.languages import language, say, t
from web.preferences import theme
from web.reports.page import TEMPLATES as REPORTS

STATIC = Path(__file__).parent / "static"


def equip(app: Flask) -> None:
    """Give an application's templates their vocabulary, and the templates of reports beside its own."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(REPORTS)])
    app.jinja_env.filters.update(formulas=formulas, plain=plain, amount=words.amount, duration=words.duration, say=say)
    app.jinja_env.globals.update(
        t=t, language=language, theme=theme, asset=asset, verdict=words.verdict, described_as=described_as
    )
    app.after_request(kept)


def kept(response: Response) -> Response:
    """How long a browser keeps an asset: for ever under an address of `asset`, else (fonts, imports) for a day."""
    if request.endpoint == "static" and response.status_code in {200, 304}:
        for_ever = request.args.get("v") == version((request.view_args or {})["filename"])
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if for_ever else "public, max-age=86400"
        )
    return response


def asset(name: str) -> str:
    """The address of a file in static/; it changes with the file."""
    return url_for("static", filename=name, v=version(name))


def described_as(name: str, error: str, hint: str, **more: str) -> dict[str, str]:
    """The attributes that tie a field to its hint and its mistake, for those who cannot see where they stand."""
    ids = " ".join(f"{name}-{part}" for part, text in (("hint", hint), ("error", error)) if text)
    return more | ({"aria_describedby": ids} if ids else {}) | ({"aria_invalid": "true"} if error else {})


@cache
def version(name: str) -> str:
    """A few digits that are others when the file is another."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
