"""Nothing that a student writes can hide from a reader or steer a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as some

from grader.showing import CAP, first_lines, visible, visible_line


@given(some.text(alphabet=some.characters(), max_size=200))
def test_no_control_or_direction_character_is_left(text):
    for character in visible(text):
        hidden = unicodedata.category(character) in {"Cc", "Cs", "Cf", "Zl", "Zp"}
        assert not hidden or character in "\n\t\u200c\u200d"


def test_an_escape_a_backspace_and_a_right_to_left_override_are_seen():
    assert visible("a\x1b[2J\x08\u202eb") == "a␛[2J␈⟨U+202E⟩b"


def test_ordinary_text_in_any_language_stays():
    for text in ("def f(x):\n\treturn x", "求导 ∂L/∂w₁ = −2", "👩‍🏫 ok", "é ü ñ"):
        assert visible(text) == text


def test_line_ends_become_newlines_and_a_lone_return_is_seen():
    assert visible("a\r\nb\rc") == "a\nb␍c"


def test_long_text_is_cut_and_the_rest_counted():
    assert visible("x" * (CAP + 5)).endswith("x… (+5)")


def test_a_line_stays_one_line():
    assert "\n" not in visible_line("a\nb\u2028c")


def test_the_first_lines_and_how_many_more():
    assert first_lines("1\n2\n3\n4\n", 2) == ("1\n2", 2)
