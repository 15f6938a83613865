"""The page of a report stands alone, shows the three answers in order, and lets no student write into it."""

from __future__ import annotations

import dataclasses
import re
import time

import pytest

from grader.calls import File, Printed
from grader.messages import Finding, Graph, HeatMap, Remark, Report, Text, Thought, Trace
from web.reports.page import page

EVIL = "<script>alert(1)</script>\u202e\x1b[2J"
NO = Text("dx is 3, expected −1", "dx 是 3，应为 −1")


def report(**changes) -> Report:
    plain = Report(
        exercise="product_gradient",
        title=Text("The gradient of a product", "乘积的梯度"),
        edition="abc",
        seed="1",
        findings=(
            Finding("a", "f", Text("agrees", "一致"), True, 1, 1, True),
            Finding("b", "f", Text("passes $g$ on", "传递 $g$"), False, 0, 2, False, NO),
            Finding("c", "f", Text("more", "更多"), None, 0, 2, False, Text("not run", "未运行")),
        ),
        thoughts=(Thought("M35", "own", Text("Only $x$ moves.", "只有 $x$ 在动。"), ("x", "f")),),
        pictures=(
            Graph(Text("p", "p"), (("x", ""), ("w", ""), ("f", "x * w")), (("x", "f"), ("w", "f")), (), ("x", "f")),
            Trace(Text("losses", "losses"), (3.0, 2.0, 1.0), (3.0, 2.5, 2.0), 1),
            HeatMap(Text("J", "J"), ((1.0, 0.0),), ((1.0, -0.5),)),
        ),
        files=(File("ada.py", "import numpy\nx = 1\n"),),
        stdout=Printed("hello\n"),
    )
    return dataclasses.replace(plain, **changes)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_how_much_which_thought_where_checks_code_output_in_this_order(language):
    html = page(report(), language)
    places = [
        html.index(mark)
        for mark in (
            'class="score"',
            "card thought",
            'class="where"',
            'class="checks"',
            'class="source"',
            'class="output"',
        )
    ]
    assert places == sorted(places)


def test_nothing_is_fetched_and_no_script_can_run():
    html = page(report(), "en")
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert not re.search(r"<script|<link|<img|\bon\w+=|url\(|@import|src=", html)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)


def test_what_a_student_writes_is_shown_and_not_obeyed():
    html = page(
        report(
            files=(File(EVIL, EVIL),),
            stdout=Printed(EVIL),
            stderr=Printed(EVIL),
            remarks=(Remark("magic", Text(EVIL, EVIL), EVIL, 1),),
            findings=(Finding("b", EVIL, Text("t", "t"), False, 0, 2, True, Text(f"it raised $x$ {EVIL}", EVIL)),),
        ),
        "en",
    )
    assert "<script" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "⟨U+202E⟩" in html


def test_the_wrong_edge_differs_by_stroke_and_label_and_not_only_by_colour():
    html = page(report(), "en")
    assert "✗ ∂f/∂x" in html
    assert re.search(r"\.edge\.wrong \{[^}]*stroke-dasharray", html)


def test_a_remark_stands_below_the_line_it_is_about():
    html = page(report(remarks=(Remark("x", Text("look at this", "看这里"), "ada.py", 2),)), "en")
    line = '<tr class="marked"><td class="at">2</td><td><pre>x = <span class="number">1</span></pre></td></tr>'
    assert re.search(re.escape(line) + r"\s*<tr class=\"remark\">[^\n]*look at this", html)


def test_code_is_coloured_by_classes_and_stays_what_it_was():
    code = 'def f(x):\n    """Two\n    lines."""\n    return np.max(x < 2)  # why\n'
    html = page(report(files=(File("ada.py", code),)), "en")
    shown = [re.sub(r"<[^>]+>", "", line) for line in re.findall(r"<pre>(.*?)</pre></td>", html)]
    assert shown == [line.replace('"', "&#34;").replace("<", "&lt;") for line in code.splitlines()]
    assert '<span class="keyword">def</span> <span class="name">f</span>' in html
    assert '<span class="string">    lines.&#34;&#34;&#34;</span>' in html
    assert "style=" not in html


def test_very_much_code_is_shown_without_colours():
    many = tuple(File(f"part{number}.py", "def f(x): pass\n" * 1000) for number in range(8))
    html = page(report(files=many), "en")
    assert html.count("def f(x): pass") == 8000
    assert 'class="keyword"' not in html


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(File("ada.py", (" " * 48 + "\n") * 1999 + "x = 1\n"), id="blank lines"),
        pytest.param(File("ada.ipynb", "x = 1\n" * 80_000, tuple(range(1, 80_001))), id="cells"),
    ],
)
def test_no_file_makes_its_page_slow(file):
    """Each of these once took a core for many seconds, and again for every look at the page."""
    began = time.process_time()
    html = page(report(files=(file,)), "en")
    assert time.process_time() - began < 2
    assert html.count("</pre></td>") == 2000


def test_a_name_between_backticks_is_set_as_code():
    thoughts = (Thought("M35", "own", Text("`f<g>`: only $x$ moves; a lone ` stays.", "`f`：只有 $x$ 在动。")),)
    html = page(report(thoughts=thoughts), "en")
    assert re.search(r"<p><code>f&lt;g&gt;</code>: only <span .*?> moves; a lone ` stays\.</p>", html)


def test_a_remark_about_a_line_that_is_not_shown_is_not_lost():
    html = page(report(remarks=(Remark("x", Text("look at this", "看这里"), "ada.py", 99),)), "en")
    assert "look at this" in html


def test_a_verdict_is_a_shape_and_a_word():
    html = page(report(), "zh")
    for shape, word in ("✓", "通过"), ("✗", "未通过"), ("○", "未运行"):
        assert re.search(rf"{shape}</b>\s*{word}", html)


def test_short_code_is_shown_whole_and_long_code_scrolls():
    def shown(lines):
        return page(report(files=(File("ada.py", "x = 1\n" * lines),)), "en")

    assert 'class="listing"' in shown(60)
    assert 'class="listing long"' in shown(61)
