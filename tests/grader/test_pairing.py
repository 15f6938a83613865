"""Two mistakes at once are both said, where the pair explains the answers and nothing simpler does."""

from __future__ import annotations

import pytest

import assignments
from grader.rehearsing import grade_reply


def thoughts(name, seed, reply):
    return [thought.name for thought in grade_reply(assignments.find(name), seed, reply).thoughts]


@pytest.mark.parametrize("seed", "12345")
def test_a_flipped_sign_and_a_forgotten_upstream_gradient_are_both_named(seed):
    def ada(call):
        x, w, _ = call.arguments
        return -w, -x

    assert thoughts("product_gradient", seed, ada) == ["no_upstream", "flipped_sign"]


@pytest.mark.parametrize("seed", "12345")
def test_mistakes_in_different_parts_are_both_named(seed):
    exercise = assignments.find("product_gradient")
    wrong = {misconception.name: misconception for misconception in exercise.misconceptions}

    def ben(call):
        dx, _ = exercise.answer(call, thinking=wrong["own_value"])
        _, dw = exercise.answer(call, thinking=wrong["flipped_sign"])
        return dx, dw

    assert thoughts("product_gradient", seed, ben) == ["own_value", "flipped_sign"]


@pytest.mark.parametrize("seed", "12345")
def test_a_wrong_answer_that_no_pair_explains_names_nothing(seed):
    def ada(call):
        x, w, upstream = call.arguments
        return w * upstream + 0.1 * x, x * upstream + 0.3

    assert thoughts("product_gradient", seed, ada) == []


@pytest.mark.parametrize("name", ["product_gradient", "quadratic_loss"])
def test_a_single_misconception_is_never_called_two(name):
    exercise = assignments.find(name)
    for misconception in exercise.misconceptions:
        found = thoughts(name, "9", lambda call, m=misconception: exercise.answer(call, thinking=m))
        assert found == [misconception.name]
