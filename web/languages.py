"""The language of a request: the reader's choice, else what the browser asks for, else English."""

from __future__ import annotations

from flask import g, request
from flask_login import current_user

from grader.messages import Language, Text

COOKIE = "language"
ASKED: dict[str, Language] = {"zh-CN": "zh", "zh-TW": "zh", "zh": "zh", "en": "en"}


def language() -> Language:
    """That of the cookie, of the account, or of Accept-Language. The same throughout a request."""
    if "language" not in g:
        g.language = _known(request.cookies.get(COOKIE)) or _of_account() or asked()
    found: Language = g.language
    return found


def t(en: str, zh: str) -> str:
    """One of two texts, in the language of the request."""
    return zh if language() == "zh" else en


def say(text: Text) -> str:
    """A text of the judge's or of a sheet, in the language of the request."""
    return text(language())


def _known(value: str | None) -> Language | None:
    if value == "zh":
        return "zh"
    return "en" if value == "en" else None


def _of_account() -> Language | None:
    """Of whoever is signed in, where anybody can."""
    return _known(getattr(current_user, "language", None))


def asked() -> Language:
    """What Accept-Language prefers of ours."""
    return ASKED[request.accept_languages.best_match(list(ASKED), "en") or "en"]
