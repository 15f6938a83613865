"""Lines break where a language breaks them, and nothing is lost or too wide."""

from __future__ import annotations

import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Rich

from cli.wrapping import Prose, breaks


def wrapped(text: str, width: int) -> list[str]:
    ends = [0, *breaks(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in itertools.pairwise(ends)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("第一处出错的是从损失往回传", 10, ["第一处出错", "的是从损失", "往回传"]),
        ("前向二分，例题一分", 8, ["前向二", "分，例题", "一分"]),
        ("两组（都有误）。", 6, ["两组", "（都有", "误）。"]),
        ("第 1 组输入（共 2 组）：x", 16, ["第 1 组输入（共", "2 组）：x"]),
        ("a word and another", 10, ["a word and", "another"]),
        ("np.array([0.693147180559])", 10, ["np.array([", "0.69314718", "0559])"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_as_a_reader_expects(text, width, lines):
    assert wrapped(text, width) == lines


@given(some.text(alphabet="ab cd.中文，。（）\u3000é∂ ", max_size=80), some.integers(2, 30))
def test_nothing_is_lost_and_no_line_is_too_wide(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_a_text_keeps_its_colours_and_its_own_line_ends():
    console = Console(file=io.StringIO(), width=8, color_system="standard", force_terminal=True)
    console.print(Prose(Rich("看这里。").append("红色的字很长", style="red").append("\nend")))
    assert console.file.getvalue().splitlines() == ["看这里。", "\x1b[31m红色的字\x1b[0m", "\x1b[31m很长\x1b[0m", "end"]
