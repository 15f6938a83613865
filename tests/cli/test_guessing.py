"""The exercise is guessed from what a file defines, and only where one alone fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.guessing import Unclear, guess
from grader.calls import File
from grader.reading import Sheet, read_sheet

MODULE = '''"""# {title}"""

exercise = Exercise(__name__, chapter="x")

{functions}
'''


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[Sheet, ...]:
    asked = {
        "affine": ["gradient(x, y, w, b)"],
        "quadratic": ["gradient(x, y, w1, w2, b)"],
        "shifted": ["gradient(x, y, w, b)"],
        "linear": ["forward(x, y, w)", "gradient(x, y, w)"],
        "softmax": ["softmax(a)", "softmax_jacobian(a)"],
    }
    for name, functions in asked.items():
        text = "\n\n".join(f"@exercise.starter()\ndef {f}:\n    raise NotImplementedError" for f in functions)
        (tmp_path / f"{name}.py").write_text(MODULE.format(title=name, functions=text))
    return tuple(read_sheet(tmp_path / f"{name}.py") for name in asked)


def guessed(sheets, text, name="ada.py"):
    found = guess((File(name, text),), sheets)
    return found if isinstance(found, Unclear) else found.name


def test_all_functions_of_one_exercise_name_it(sheets):
    assert guessed(sheets, "def softmax(a): pass\ndef softmax_jacobian(a): pass\n") == "softmax"


def test_some_functions_of_one_exercise_name_it_too(sheets):
    assert guessed(sheets, "def softmax_jacobian(a): pass\n") == "softmax"


def test_the_number_of_parameters_decides_between_namesakes(sheets):
    assert guessed(sheets, "def gradient(x, y, w1, w2, b):\n    pass\n") == "quadratic"


def test_who_asks_for_more_wins_where_both_fit(sheets):
    assert guessed(sheets, "def forward(x, y, w): pass\ndef gradient(x, y, w): pass\n") == "linear"


def test_the_name_of_the_file_decides_between_twins(sheets):
    assert guessed(sheets, "def gradient(x, y, w, b): pass\n", "shifted.py") == "shifted"


def test_twins_in_a_file_of_another_name_are_listed(sheets):
    found = guessed(sheets, "def gradient(x, y, w, b): pass\n")
    assert found.candidates == ("affine", "shifted")


def test_a_near_name_is_suggested_and_never_taken(sheets):
    found = guessed(sheets, "def softmax_jacobain(a): pass\n")
    assert "softmax_jacobian" in found.text.en
    assert "softmax_jacobian" in found.text.zh


@pytest.mark.parametrize("text", ["", "x = 1\n", "  def softmax(a): pass\n", "[" * 10_000])
def test_a_file_that_defines_nothing_at_the_margin_says_so(sheets, text):
    assert "defines no function" in guessed(sheets, text).text.en


@pytest.mark.parametrize("text", ["def gradient(x, y, w1, w2, b): pass\n", "def gradeint(x, y, w): pass\n"])
def test_a_file_called_like_an_exercise_is_for_it_where_it_has_something_of_it(sheets, text):
    """new-solution itself writes NAME.py; a wrong number of parameters is then worth a word, not another exercise."""
    assert guessed(sheets, text, "affine.py") == "affine"


def test_a_file_called_like_an_exercise_that_has_nothing_of_it_is_guessed_from_its_functions(sheets):
    assert guessed(sheets, "def softmax(a): pass\n", "affine.py") == "softmax"


def test_parameters_decide_whose_near_name_is_suggested(sheets):
    assert guessed(sheets, "def gradeint(x, y, w1, w2, b): pass\n").candidates == ("quadratic",)


def test_a_near_name_of_several_exercises_lists_them(sheets):
    found = guessed(sheets, "def gradeint(x, y, w, b): pass\n")
    assert found.candidates == ("affine", "shifted")
    assert "affine" not in found.text.en
