"""The exceptions that beginners meet most come with what to do about them."""

from __future__ import annotations

import pytest

import assignments
from grader.advice import raised

SAID = {
    "TypeError: gradient() takes 2 positional arguments but 5 were given": "the exercise calls gradient(x, y, w1, w2, b)",
    "TypeError: gradient() missing 1 required positional argument: 'c'": "the exercise calls gradient(x, y, w1, w2, b)",
    "NameError: name 'np' is not defined. Did you forget to import 'np'?": "import numpy as np",
    "TypeError: unsupported operand type(s) for ^: 'float' and 'int'": "** in Python",
    "TypeError: ufunc 'bitwise_xor' not supported for the input types": "** in Python",
    "EOFError: EOF when reading a line": "remove input()",
}


@pytest.mark.parametrize(("text", "advice"), SAID.items())
def test_what_python_says_is_kept_and_what_to_do_is_added(text, advice):
    words = raised(text, assignments.find("quadratic_loss").sheet.of("starter"))
    assert words.en.startswith(f"it raised {text}")
    assert advice in words.en
    assert len(words.zh) > len(raised("x").zh) + len(text)


@pytest.mark.parametrize(
    "text", ["ValueError: no", "TypeError: helper() takes 2 positional arguments but 5 were given"]
)
def test_anything_else_is_told_as_python_says_it(text):
    assert raised(text, assignments.find("quadratic_loss").sheet.of("starter")).en == f"it raised {text}"


def test_every_class_and_function_of_every_exercise_has_a_signature_to_show():
    for sheet in assignments.sheets():
        for entry in sheet.of("starter"):
            text = f"TypeError: {entry.name}() takes 0 positional arguments but 1 was given"
            assert f"the exercise calls {entry.name}(" in raised(text, sheet.of("starter")).en
