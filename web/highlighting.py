"""Python code in colours: spans with one of seven classes, which code.css colours for both themes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

MOST = 100_000  # characters: beyond that, code is shown plain
KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Decorator, "decorator"),
    (Name.Builtin, "builtin"),
    (Name.Exception, "builtin"),
)


class QuickLexer(PythonLexer):  # type: ignore[misc]
    """Without the rules for docstrings, which have the colour of strings: they take a time quadratic in blank lines."""

    tokens = PythonLexer.tokens | {
        "root": [rule for rule in PythonLexer.tokens["root"] if not str(rule[0]).startswith(r"^(\s*)([rRuUbB]")]
    }


def highlighted(code: str) -> Markup:
    """A piece of Python as the content of a <pre>."""
    return Markup("\n").join(highlighted_lines(code))


def highlighted_lines(code: str) -> list[Markup]:
    r"""One piece of HTML for each line between `\n`; a string over several lines is closed and opened again."""
    if len(code) > MOST:
        return plain_lines(code)
    lines = [""]
    for kind, text in _runs(code):
        first, *others = (_span(kind, part) for part in text.split("\n"))
        lines[-1] += first
        lines += others
    return [Markup(line) for line in lines]  # noqa: S704 - _span has escaped it


def plain_lines(code: str) -> list[Markup]:
    """The lines without colours."""
    return [escape(line) for line in code.split("\n")]


def _span(kind: str, text: str) -> str:
    """By hand: Markup's own formatting takes ten times as long, and code has many words."""
    if not text:
        return ""
    return f'<span class="{kind}">{escape(text)}</span>' if kind else str(escape(text))


def _runs(code: str) -> Iterator[tuple[str, str]]:
    """(class, text), neighbours of one class together."""
    lexer: Lexer = QuickLexer(stripnl=False, ensurenl=False)
    for kind, tokens in itertools.groupby(lexer.get_tokens(code), key=lambda token: _kind(token[0])):
        yield kind, "".join(text for _, text in tokens)


@cache
def _kind(token: _TokenType) -> str:
    return next((name for kind, name in KINDS if token in kind), "")
