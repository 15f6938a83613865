"""The statement of an exercise as HTML: Markdown without HTML, formulas drawn, code in colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader import words
from grader.chinese import joined
from grader.formulas import plain
from grader.messages import Language
from grader.reading import Sheet
from web.formulas import formula, formulas
from web.highlighting import highlighted


@dataclass(frozen=True)
class Criterion:
    """What a check is worth, in words. `public`: its inputs are shown."""

    points: str
    title: Markup
    public: bool


@dataclass(frozen=True)
class Statement:
    """An exercise sheet in one language. `signatures`: what is to be written, as code in colours."""

    title: Markup
    plain_title: str
    body: Markup
    signatures: tuple[Markup, ...]
    criteria: tuple[Criterion, ...]


@lru_cache(maxsize=256)
def statement(sheet: Sheet, language: Language) -> Statement:
    """Drawn once; another edition is drawn anew."""
    head, _, body = sheet.statement(language).strip().partition("\n")
    title = head.lstrip("# ")
    return Statement(
        title=formulas(title),
        plain_title=plain(title),
        body=prose(body),
        signatures=tuple(highlighted(_signature(entry.source)) for entry in sheet.of("starter")),
        criteria=tuple(_criteria(sheet, language)),
    )


def prose(markdown: str) -> Markup:
    """Markdown as HTML; HTML within it is text, and so is a link that leads to a script."""
    return Markup(_parser().render(joined(markdown)))  # noqa: S704 - the parser escapes all it does not write itself


def _signature(source: str) -> str:
    return re.sub(r"\n( *)raise NotImplementedError\b.*", r"\n\1…", source)


def _criteria(sheet: Sheet, language: Language) -> list[Criterion]:
    return [
        Criterion(
            points=words.amount(float(entry.options.get("points", 0))),
            title=formulas(sheet.text("check", entry.name)(language)),
            public=bool(entry.options.get("public")),
        )
        for entry in sheet.of("check")
    ]


# Markdown ---------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    dollarmath_plugin(parser, allow_labels=False, double_inline=True)
    for rule, renderer in RULES.items():
        parser.add_render_rule(rule, renderer)
    return parser


def _inline(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return str(formula(tokens[at].content.strip()))


def _display(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return str(formula(tokens[at].content.strip(), display=True))


def _code(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    """A block that the keyboard can scroll; Python, or what names no language, in colours."""
    code, language = tokens[at].content.rstrip("\n"), tokens[at].info.strip()
    shown = highlighted(code) if language in {"", "python", "py"} else Markup.escape(code)
    return str(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(shown))


def _table_begins(*_: Any) -> str:
    return '<div class="scrolls" tabindex="0">\n<table>\n'


def _table_ends(*_: Any) -> str:
    return "</table>\n</div>\n"


RULES = {
    "math_inline": _inline,
    "math_inline_double": _display,
    "math_block": _display,
    "fence": _code,
    "code_block": _code,
    "table_open": _table_begins,
    "table_close": _table_ends,
}
