"""Python code in colours: spans with one of seven classes, which code.css colours for both themes."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

MOST = 200_000  # characters: beyond that, code is shown plain
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


def highlighted(code: str) -> Markup:
    """A piece of Python as the content of a <pre>."""
    return Markup("\n").join(highlighted_lines(code))


def highlighted_lines(code: str) -> list[Markup]:
    r"""One piece of HTML for each line between `\n`; a string over several lines is closed and opened again."""
    if len(code) > MOST:
        return [escape(line) for line in code.split("\n")]
    lines: list[list[Markup]] = [[]]
    for kind, text in _tokens(code):
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Markup('<span class="{}">{}</span>').format(kind, part) if kind else escape(part))
    return [Markup("").join(line) for line in lines]


def _tokens(code: str) -> Iterator[tuple[str, str]]:
    lexer: Lexer = PythonLexer(stripnl=False, ensurenl=False)
    for token, text in lexer.get_tokens(code):
        yield next((name for kind, name in KINDS if token in kind), ""), text
