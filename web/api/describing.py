"""A view says what it takes and gives; the OpenAPI document is made from what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

Answers = Mapping[int, tuple[Any, str]]  # by status: a model (or a union of some), and what it is in words
EVERYWHERE = (401, 403, 429, 500, 503)  # whatever needs a person and the database


@dataclass(frozen=True)
class Described:
    """What a view says. query, headers: models of these; problems: statuses beyond those that come everywhere.

    takes_files: a form or JSON with files; takes: the model of a body of JSON.
    """

    summary: str
    answers: Answers = field(hash=False)
    query: Any = None
    headers: Any = None
    problems: tuple[int, ...] = ()
    takes_files: bool = False
    takes: Any = None


def describe(
    summary: str,
    answers: Answers,
    *,
    query: Any = None,
    headers: Any = None,
    problems: tuple[int, ...] = (),
    takes_files: bool = False,
    takes: Any = None,
) -> Callable[[View], View]:
    """Mark a view with what it takes and gives."""
    said = Described(summary, answers, query, headers, (*problems, *EVERYWHERE), takes_files, takes)

    def mark(view: View) -> View:
        view.described = said  # type: ignore[attr-defined]
        return view

    return mark


def described(view: Callable[..., Any]) -> Described | None:
    """What a view says; None where it says nothing."""
    found: Described | None = getattr(view, "described", None)
    return found
