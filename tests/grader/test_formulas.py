"""Formulas read well without assets: in one line of a terminal, and as MathML on a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as some

import assignments
from grader.formulas import mathml, pieces, plain, unicode

READ = {
    r"\frac{\partial L}{\partial w_1}": "∂L/∂w₁",
    r"\frac{a+b}{2}": "(a + b)/2",
    r"\hat y = w_1 x^2 + b": "ŷ = w₁x² + b",
    r"J^T x_{ij}^{(2)}": "Jᵀxᵢⱼ⁽²⁾",
    r"\sum_{i=1}^n p_i(1-p_i)": "∑ᵢ₌₁ⁿ pᵢ(1 − pᵢ)",
    r"e^{a_i}": "e^(aᵢ)",
    r"\sigma'(z)": "σ′(z)",
    r"2 \cdot (-0.5) = -1": "2 · (−0.5) = −1",
    r"\operatorname{softmax}(a) \in \mathbb{R}^n": "softmax(a) ∈ ℝⁿ",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "[a  b; c  d]",
    r"\frac12 x": "1/2 x",
    r"x^12": "x¹2",
    r"\frac1n\sum_s x": "1/n ∑ₛ x",
    r"\left( x \right)": "(x)",
    r"\unheardof x": "unheardof x",
}


@pytest.mark.parametrize(("tex", "shown"), READ.items())
def test_a_formula_reads_as_one_would_write_it_in_a_line(tex, shown):
    assert " ".join(unicode(tex).split()) == " ".join(shown.split())


def test_text_around_formulas_stays():
    assert plain("so $x \\cdot w$ costs 3") == "so x · w costs 3"
    assert list(pieces("a $x$ b")) == [("text", "a "), ("formula", "x"), ("text", " b")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"costs \$5, not \$6", [("text", "costs $5, not $6")]),
        (r"$x \$ y$ is", [("formula", r"x \$ y"), ("text", " is")]),
        (r"from \$a to $b$", [("text", "from $a to "), ("formula", "b")]),
        ("$5 or 6$ dollars", [("formula", "5 or 6"), ("text", " dollars")]),
        ("5 $ and 6 $ more", [("text", "5 $ and 6 $ more")]),
        ("$$a$$ and $$ $", [("display", "a"), ("text", " and $$ $")]),
        ("$", [("text", "$")]),
    ],
)
def test_a_dollar_with_a_backslash_opens_and_closes_no_formula(text, found):
    assert list(pieces(text)) == found


@given(some.text(alphabet="\\{}^_$&abxyz12 +-()frac,sqrt", max_size=60))
def test_any_text_gives_well_formed_output(tex):
    """Nothing that stands between dollars can break a page or the terminal."""
    unicode(tex)
    ET.fromstring(mathml(tex))


def test_a_nest_of_braces_does_no_harm():
    unicode("{" * 100_000 + "x")
    mathml("x" + "^{x" * 100_000)


@pytest.mark.parametrize("sheet", assignments.sheets(), ids=lambda sheet: sheet.name)
def test_every_formula_of_the_exercises_is_understood(sheet):
    texts = [
        sheet.statement,
        *(sheet.text(e.role, e.name) for e in sheet.entries if e.role in {"check", "law", "misconception"}),
    ]
    for text in texts:
        for language in ("en", "zh"):
            shown = plain(text(language))
            assert "$" not in shown
            assert "\\" not in shown.replace("`", "")


NAMED = {"max", "min", "log", "ln", "exp", "sin", "cos", "tan", "tanh", "det", "lim", "deg", "arg", "sup", "inf"}


@pytest.mark.parametrize("sheet", assignments.sheets(), ids=lambda sheet: sheet.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_command_of_a_statement_is_left_over_as_a_word(sheet, language):
    """What the reader of formulas does not know it prints by name: `wᵐᵃᵗʰˢᶠᵀ`."""
    formulas = [content for kind, content in pieces(sheet.statement(language)) if kind != "text"]
    commands = {name for formula in formulas for name in re.findall(r"\\([A-Za-z]+)", formula)}
    left_over = {name for name in commands - NAMED if name in unicode(rf"\{name}{{x}}")}
    assert not left_over


def test_a_sans_serif_t_is_a_transpose():
    assert unicode(r"z = x w^{\mathsf T} + w^\mathsf{T}") == "z = xwᵀ + wᵀ"
