"""The language of exercises: what a reference is handed is its own."""

from __future__ import annotations

import pytest
import torch

import assignments
from grader.calls import Call
from grader.errors import ExerciseError
from grader.exercise import Misconception


def test_a_wrong_program_that_writes_into_its_arguments_harms_nobody_after_it():
    """Plans are kept for the next submission with this seed; students' mistakes write into arrays, and so do theirs as code."""
    exercise = assignments.find("product_gradient")
    call = Call("product_backward", (torch.ones(2), [torch.ones(2)], {"deep": (torch.ones(2),)}))

    def writes(x, w, upstream):
        for array in (x, w[0], upstream["deep"][0]):
            array.add_(1)
        return x, x

    writing = Misconception("M10", "writes", "product_backward", writes, None)
    for _ in range(2):
        assert exercise.answer(call, thinking=writing)[0].tolist() == [2, 2]
    assert [array.tolist() for array in (call.arguments[0], call.arguments[1][0], call.arguments[2]["deep"][0])] == [
        [1, 1]
    ] * 3


@pytest.mark.parametrize("points", [float("nan"), float("inf"), -1, 1e305])
def test_a_check_is_worth_what_can_be_added_up(points):
    """One of these would be the sum of a course, of which no page could tell."""
    with pytest.raises(ExerciseError, match="points"):
        assignments.find("product_gradient").check(points=points)
