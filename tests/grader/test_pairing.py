"""Two mistakes at once are both said, where the pair explains the answers and nothing simpler does."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest

import assignments
from grader.asking import without_torch
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


def twisted(name, mistake, twist):
    """The thoughts about answers with a known mistake, and a twist of all their parts."""
    exercise = assignments.find(name)
    wrong = next(misconception for misconception in exercise.misconceptions if misconception.name == mistake)

    def ben(call):
        answer = without_torch(exercise.answer(call, thinking=wrong))
        if not exercise.concerns(wrong, call):
            return answer
        return tuple(map(twist, answer)) if isinstance(answer, tuple) else twist(answer)

    return grade_reply(exercise, "3", ben).thoughts


@pytest.mark.parametrize(
    ("name", "mistake", "twist", "names"),
    [
        ("perceptron_many", "transposed", np.negative, ["flipped_sign", "transposed"]),
        ("mlp_backward", "transposed", np.negative, ["flipped_sign", "transposed"]),
        ("mlp_backward", "one_bias_for_all_units", np.negative, ["flipped_sign", "one_bias_for_all_units"]),
    ],
)
def test_a_mistake_that_only_moves_values_meets_another(name, mistake, twist, names):
    """Transposed, or summed up, and with the sign flipped as well."""
    assert sorted(thought.name for thought in twisted(name, mistake, twist)) == names


@pytest.mark.parametrize(
    ("name", "mistake", "twist", "words"),
    [
        ("softmax_derivative", "backward_diagonal_only", np.negative, "the sign is flipped everywhere"),
        ("softmax_derivative", "sum_over_whole_batch", lambda a: 2 * a, "everything is twice as large"),
        ("activations", "d_tanh_of_output", lambda a: a / 2, "everything is half as large"),
        ("activations", "tanh_twice", np.negative, "the sign is flipped everywhere"),
    ],
)
def test_a_simple_pattern_beside_a_mistake_is_said_with_it(name, mistake, twist, words):
    (found,) = twisted(name, mistake, twist)
    assert found.name == mistake
    assert found.hint.en.endswith(f"Besides, {words}.")
    assert "此外" in found.hint.zh


@pytest.mark.parametrize(
    ("name", "mistake", "scale", "names"),
    [
        ("train_quadratic", "bias_never_trained", 0.5, ["bias_never_trained", "no_factor_two"]),
        ("train_quadratic", "no_factor_two", -1, ["no_factor_two", "uphill"]),
        ("train_quadratic", "model_without_bias", -1, ["model_without_bias", "uphill"]),
        ("train_linear", "never_zeroed", 0.5, ["never_zeroed", "no_factor_two"]),
        ("descent_variants", "uphill", 0.5, ["no_factor_two", "uphill"]),
    ],
)
def test_wrong_steps_meet_another_mistake_in_a_training_run(name, mistake, scale, names):
    """Ada steps half as far, or uphill, and has one thing more wrong in her run."""
    exercise = assignments.find(name)
    wrong = next(misconception for misconception in exercise.misconceptions if misconception.name == mistake)
    parameters = list(inspect.signature(exercise.functions[wrong.function].implementation).parameters)

    def ada(call):
        arguments = list(call.arguments)
        arguments[parameters.index("lr")] *= scale
        return exercise.answer(replace(call, arguments=tuple(arguments)), thinking=wrong)

    assert sorted(thoughts(name, "3", ada)) == names


def test_a_pattern_that_explains_everything_by_itself_needs_no_mistake():
    assert twisted("softmax_derivative", "diagonal_only", lambda a: a * np.nan) == ()
    exercise = assignments.find("softmax_derivative")
    assert grade_reply(exercise, "3", lambda call: -without_torch(exercise.answer(call))).thoughts == ()
