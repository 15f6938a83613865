"""Every statement teaches: an example worked by hand, the marking scheme, what is forbidden; its formulas can be drawn."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess

import pytest

import assignments
from grader.formulas import pieces

KATEX = assignments.HERE.parent / "web" / "static" / "vendor" / "katex" / "katex.min.js"
DRAW = """
const katex = require(process.argv[1]);
for (const [where, tex, display] of JSON.parse(require("fs").readFileSync(0)))
  try { katex.renderToString(tex, {throwOnError: true, displayMode: display}); }
  catch (error) { console.log(where + ": " + tex + ": " + error); }
"""
POINTS = {"en": r"\*\*Points\*\* \((\d+)\)", "zh": r"\*\*(?:分值|评分)\*\*（共? ?(\d+) 分）"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
EXAMPLE = {"en": r"\*\*Worked example", "zh": r"\*\*例题"}
REFUSED = {"en": "[Aa]uto\\w+\\b[^.]*(refused|finite differences)|\\*\\*Not allowed", "zh": "自动微分|自动求导"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", assignments.names())
def test_a_statement_has_an_example_a_marking_scheme_and_says_what_is_refused(name, language):
    exercise = assignments.find(name)
    statement = exercise.sheet.statement(language)
    assert re.search(EXAMPLE[language], statement)
    scheme = re.search(POINTS[language], statement)
    assert scheme, "the marking scheme, with the sum of the points"
    assert float(scheme[1]) == sum(check.points for check in exercise.checks if check.device == "cpu")
    assert not exercise.forbid or re.search(REFUSED[language], statement)


@pytest.mark.parametrize("name", assignments.names())
def test_the_file_to_begin_with_speaks_the_readers_language(name):
    sheet = assignments.find(name).sheet
    chinese = sheet.starter_in("zh")
    compile(chinese, name, "exec")
    docstrings = [ast.get_docstring(node) for node in ast.walk(ast.parse(chinese)) if isinstance(node, DOCUMENTED)]
    assert [words for words in docstrings if words and not re.search("[\u4e00-\u9fff]", words)] == []
    assert code_of(chinese) == code_of(sheet.starter)


def code_of(source: str) -> str:
    """The code without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            node.body[0].value.value = ""
    return ast.unparse(tree)


def formulas() -> list[tuple[str, str, bool]]:
    """(where, TeX, whether on a line of its own) of everything that an exercise says."""
    return [
        (f"{name}, {place}", content, kind == "display")
        for name in assignments.names()
        for place, text in said(name)
        for words in (text.en, text.zh)
        for kind, content in pieces(words)
        if kind != "text"
    ]


def said(name):
    sheet = assignments.find(name).sheet
    yield "statement", sheet.statement
    for role in ("check", "law", "misconception"):
        yield from ((entry.name, sheet.text(role, entry.name)) for entry in sheet.of(role))


def refused(found: list[tuple[str, str, bool]]) -> str:
    """What KaTeX says about the formulas that it cannot draw."""
    node = [shutil.which("node"), "-e", DRAW, str(KATEX)]
    return subprocess.run(node, input=json.dumps(found), capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node"), reason="KaTeX runs in node, which is not here")
def test_katex_draws_every_formula():
    found = formulas()
    assert len(found) > 1000
    assert refused(found) == ""
    assert refused([("broken", r"\frac{1", False)]).startswith("broken: ")
