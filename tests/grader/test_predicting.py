"""What a wrong program would answer is worked out once a call, and anew where that would be wrong."""

from __future__ import annotations

import assignments
from grader import lots
from grader.answers import Answer
from grader.calls import Call, Returned
from grader.exercise import Misconception
from grader.predicting import LARGEST_KEPT, predict

EXERCISE = assignments.find("product_gradient")
CALL = Call("product_backward", (1.5, 2.5, 3.5))


class Counted:
    """A wrong program that counts how often it is run."""

    def __init__(self, answer) -> None:
        self.runs, self.answer = 0, answer

    def __call__(self, *arguments):
        self.runs += 1
        return self.answer()


def predicted(program: Counted, call: Call = CALL, got: object = (0.0, 0.0)):
    misconception = Misconception("M99", "counted", "product_backward", program, None)
    return predict(EXERCISE, misconception, Answer(EXERCISE.checks[0], call, Returned(got), (3.0, 2.0), None))


def test_the_same_call_is_answered_once():
    program = Counted(lambda: (1.0, 2.0))
    assert [predicted(program) for _ in range(3)] == [(1.0, 2.0)] * 3
    assert program.runs == 1


def test_an_equal_call_is_another_call():
    """Calls are known by what they are: arrays in them cannot be compared at a glance."""
    program = Counted(lambda: (1.0, 2.0))
    predicted(program)
    predicted(program, Call("product_backward", (1.5, 2.5, 3.5)))
    assert program.runs == 2


def test_what_draws_lots_is_asked_each_time():
    """Its answer depends on the student's, from which the lots are read."""
    program = Counted(lambda: [lots.fallen((1.0, 2.0), 0)])
    assert [predicted(program, got=[fell]) for fell in (1.0, 2.0)] == [[1.0], [2.0]]


def test_large_answers_are_not_kept():
    program = Counted(lambda: [0.5] * (LARGEST_KEPT + 1))
    predicted(program)
    predicted(program)
    assert program.runs == 2
