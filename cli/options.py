"""Options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from cli import assembly
from grader.messages import Language, Text

SEED = r"[0-9]{1,20}|[0-9a-f]{64}"


def speak(_: click.Context, __: click.Parameter, value: str | None) -> Language:
    """The callback of `--lang`."""
    return assembly.language_of(value)


language = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    callback=speak,
    help="Language of the report. [default: the locale's]",
)


def usage(text: Text, language_: Language) -> NoReturn:
    """End with exit code 2 and a sentence."""
    raise click.UsageError(text(language_))


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """A spinner on stderr while something takes its time; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def console(**options: Any) -> Any:
    """Where a report for eyes goes: stdout, never highlighted by guesswork."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, **options)
