"""Published figures of the exercises on lines, slopes and training, and the numbers of their worked examples.

They were computed in float32 by others; each is compared to the digits that float32 and its printing leave.
"""

from __future__ import annotations

import pytest

import assignments

FLOAT32 = 2e-6


def answered(name, function, *arguments):
    """The reference's answer, as plain numbers or arrays."""
    exercise = assignments.find(name)
    answer = exercise.answer(exercise.functions[function](*arguments))
    return [part.numpy() for part in answer] if isinstance(answer, tuple) else answer.numpy()


def test_f2_the_gradients_of_a_line():
    assert answered("affine_loss", "gradient", 1.0, 2.0, 1.0, 2.0) == [2.0, 2.0]


def test_the_worked_example_of_a_line_with_a_bias():
    assert answered("affine_loss", "gradient", 1.5, -0.2, 0.7, 0.3) == pytest.approx([4.65, 3.1])
