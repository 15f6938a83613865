"""Sentences with formulas as HTML: MathML that browsers draw by themselves, and the TeX for KaTeX beside it."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from grader.formulas import mathml, pieces
from grader.showing import visible

CODE = re.compile(r"`([^`\n]+)`")
LONGEST = 4000  # characters of a sentence


def formulas(text: str) -> Markup:
    """Escaped text in which `$…$` has become MathML, and what stands between backticks code."""
    return Markup("").join(
        with_code(content) if kind == "text" else formula(content, display=kind == "display")
        for kind, content in pieces(visible(text, LONGEST))
    )


def with_code(text: str) -> Markup:
    """Escaped text; `name` between backticks is set as code."""
    parts = CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def formula(tex: str, *, display: bool = False) -> Markup:
    """One formula. site.js gives what carries `data-tex` to KaTeX, where that is there."""
    drawn = Markup(mathml(tex, display=display))  # noqa: S704 - ElementTree has escaped it
    kind = "formula display" if display else "formula"
    return Markup('<span class="{}" data-tex="{}">{}</span>').format(kind, tex, drawn)
