"""Every exercise reads as a page of a textbook, in both languages: no TeX and no Markdown is left over."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader import course
from web.statements import prose, statement

EXERCISES = Path(__file__).parent.parent.parent / "assignments"
SHEETS = course.sheets(EXERCISES)


def read_aloud(html: str) -> str:
    """What the eye sees: no code, no formula."""
    without = re.sub(r"<(code|math)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", without)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_of_markdown_or_tex_is_left_over(sheet, language):
    view = statement(sheet, language)
    seen = read_aloud(" ".join([view.body, view.title, *(criterion.title for criterion in view.criteria)]))
    assert not re.search(r"\$|\\|\*\*|`|^#|(?<!\w)\*\w", seen, re.MULTILINE), seen
    assert view.body.count("<math") == view.body.count("data-tex")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_page_is_well_formed(sheet, language):
    ET.fromstring(f"<div>{statement(sheet, language).body.replace('<br>', '<br/>').replace('<hr>', '<hr/>')}</div>")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_formula_of_the_text_becomes_one_on_the_page(sheet):
    for language in ("en", "zh"):
        html = statement(sheet, language).body
        text = sheet.statement(language).partition("\n")[2]
        inline = re.findall(r"(?<![\\$])\$(?!\$)[^$]+\$", re.sub(r"\$\$.+?\$\$|`[^`]*`", "", text, flags=re.DOTALL))
        assert html.count('class="formula"') == len(inline)
        assert html.count('class="formula display"') == len(re.findall(r"\$\$.+?\$\$", text, re.DOTALL))


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[here](javascript:alert(1))",
        '<img src="x" onerror="alert(1)">',
        r"$\text{<script>}$ and $$\href{javascript:alert(1)}{x}$$",
        '$x" onload="alert(1)$',
        "```html\n<script>alert(1)</script>\n```",
        "`<b>`\n\n<style>*{}</style>",
    ],
)
def test_html_in_a_statement_is_text(attack):
    elements = list(ET.fromstring(f"<div>{prose(attack)}</div>").iter())
    assert not {"script", "img", "style", "b"} & {element.tag for element in elements}
    assert not [
        name
        for element in elements
        for name in element.attrib
        if name not in {"class", "data-tex", "display", "tabindex"}
    ]


def test_code_is_coloured_and_its_chinese_lines_are_not_joined():
    html = prose("看：\n\n```python\nx = 1  # 一，\ny = 2\n```\n\n后。")
    assert '<span class="comment"># 一，</span>\ny = <span class="number">2</span>' in html


def test_chinese_lines_join_without_a_space():
    assert "<p>反向传播从损失开始，逐层往回。</p>" in prose("反向传播从\n损失开始，\n逐层往回。")
