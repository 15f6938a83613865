"""The figures that the lecture and the textbooks publish for activations, autograd, perceptrons and the chain rule.

Worked examples of these sheets are recomputed here as well: what a student reads there is what the reference answers.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import assignments

SIX = 5.1e-7  # half of the last of six decimals, and a little


def answered(name, function, *arguments):
    """The reference's answer."""
    exercise = assignments.find(name)
    return exercise.answer(exercise.functions[function](*arguments))


def floats(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


# Row 9


@pytest.mark.parametrize(
    ("function", "published"),
    [
        ("sigmoid", [0.268941, 0.5, 0.880797]),
        ("tanh", [-0.761594, 0.0, 0.964028]),
        ("relu", [0.0, 0.0, 2.0]),
        ("d_sigmoid", [0.196612, 0.25, 0.104994]),
        ("d_tanh", [0.419974, 1.0, 0.070651]),
    ],
)
def test_the_activations_at_minus_one_zero_and_two(function, published):
    assert answered("activations", function, floats(-1, 0, 2)).numpy() == pytest.approx(published, abs=SIX)


def test_the_slope_of_relu_on_both_sides_of_its_kink():
    assert answered("activations", "d_relu", floats(-1, 2)).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("seed", range(20))
def test_no_check_asks_for_the_slope_at_the_kink(seed):
    """0, ½ and 1 are all right there, so nobody may be asked."""
    calls = [call for planned in assignments.find("activations").plan(str(seed)) for call in planned.calls]
    kinks = [call for call in calls if call.function == "d_relu" and bool((call.arguments[0] == 0).any())]
    assert kinks == []


def test_the_worked_example_of_the_activations():
    at = floats(math.log(3))
    for function, value in (("sigmoid", 0.75), ("tanh", 0.8), ("d_sigmoid", 0.1875), ("d_tanh", 0.36)):
        assert answered("activations", function, at).item() == pytest.approx(value, rel=1e-12)


# Row 10


@pytest.mark.parametrize("function", ["by_grad", "by_backward"])
def test_the_gradient_of_the_mean_square_at_one_two_one_is_two(function):
    assert answered("mse_autograd", function, floats([1]), floats(1), floats(2)).tolist() == [2.0]


@pytest.mark.parametrize("function", ["by_grad", "by_backward"])
def test_the_worked_example_of_the_mean_square(function):
    gradient = answered("mse_autograd", function, floats([1.5], [-0.5]), floats(-0.2, 1), floats(0.7))
    assert gradient.item() == pytest.approx(2.55)


def test_a_second_call_tells_who_lets_gradients_pile_up():
    """The first of two calls is right even where `.grad` is never emptied; the second is twice as large."""
    exercise = assignments.find("mse_autograd")
    piling = next(m for m in exercise.misconceptions if m.name == "never_zeroed")
    twice = exercise.functions["twice"](exercise.functions["by_backward"], floats([1]), floats(1), floats(2))
    assert [dw.tolist() for dw in exercise.answer(twice)] == [[2.0], [2.0]]
    for _ in range(2):  # and it leaves nothing behind in the arguments that the judge goes on to use
        assert [dw.tolist() for dw in exercise.answer(twice, thinking=piling)] == [[2.0], [4.0]]


# Rows 12 and 13


def test_the_worked_example_of_one_unit():
    gradient = answered("perceptron", "gradient", floats([1.5, -0.5]), floats([0.8, 0.4]), 0.2)
    assert gradient.numpy() == pytest.approx(np.array([[0.313237, -0.104412]]), abs=SIX)


def test_the_worked_example_of_three_units():
    x, w, y = floats([1.5, -0.5]), floats([0.8, 0.4], [-0.6, 0.2], [0.2, 1.8]), floats([0.2, 0.9, 0.5])
    gradient = answered("perceptron_many", "gradient", x, w, y)
    deltas = np.array([[0.0696083], [-0.0827158], [-0.0222159]])
    assert (gradient / x).numpy() == pytest.approx(np.repeat(deltas, 2, 1), abs=5.1e-8)
    assert gradient[0].tolist() == pytest.approx([0.104412, -0.0348042], abs=SIX)


def test_one_unit_of_many_is_the_single_unit():
    """The exercise with m units says for m = 1 what the exercise with one unit says."""
    x, w = floats([1.5, -0.5]), floats([0.8, 0.4])
    single = answered("perceptron", "gradient", x, w, 0.2)
    assert answered("perceptron_many", "gradient", x, w, floats([0.2])).tolist() == single.tolist()


def test_with_two_units_two_mistakes_cancel():
    """A factor 2/m is 1 at m = 2, which is why five units are among the checks."""
    exercise = assignments.find("perceptron_many")
    hidden = next(m for m in exercise.misconceptions if m.name == "neither_two_nor_mean")
    gradient = exercise.functions["gradient"]
    two = gradient(floats([1.5, -0.5]), floats([0.8, 0.4], [-0.6, 0.2]), floats([0.2, 0.9]))
    five = gradient(floats([1.5]), floats([0.8], [-0.6], [0.2], [0.5], [1.1]), floats([0.2, 0.9, 0.5, 0.1, 0.4]))
    assert torch.allclose(exercise.answer(two), exercise.answer(two, thinking=hidden))
    assert torch.allclose(2.5 * exercise.answer(five), exercise.answer(five, thinking=hidden))


# Row 14: F7


def test_f7_the_derivative_by_the_first_weight_is_two():
    assert answered("chain_rule", "paths", 1.0, 2.0, 1.0, 2.0, 1.0)[1] == 2.0


def test_f7_alone_would_not_tell_the_two_weights_apart():
    exercise = assignments.find("chain_rule")
    confused = next(m for m in exercise.misconceptions if m.name == "first_weight_twice")
    paths = exercise.functions["paths"]
    assert exercise.answer(paths(1.0, 2.0, 1.0, 2.0, 1.0), thinking=confused)[1] == 2.0
    assert exercise.answer(paths(1.5, 0.6, -0.2, -1.2, 0.5), thinking=confused)[1] != pytest.approx(-1.8)


def test_the_worked_example_of_the_chain():
    numbers = (1.5, 0.6, -0.2, -1.2, 0.5)
    assert [float(d) for d in answered("chain_rule", "paths", *numbers)] == pytest.approx([-0.72, -1.8, -1.2, 0.7, 1])
    table = answered("chain_rule", "edges", *numbers)
    assert {u: float(edge) for u, edge in table["y1"].items()} == {"x": 0.6, "w1": 1.5, "b1": 1.0}
    assert {u: float(edge) for u, edge in table["y2"].items()} == pytest.approx({"y1": -1.2, "w2": 0.7, "b2": 1.0})
    loss = answered("chain_rule", "gradient", floats(1.5), floats(0.9), *numbers[1:])
    assert float(loss[0]) == pytest.approx(0.423416, abs=SIX)
    assert float(loss[3]) == pytest.approx(-0.235231, abs=SIX)
