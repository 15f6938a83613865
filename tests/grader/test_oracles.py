"""The oracle's gradients are right, are cross-checked, and can be had by finite differences."""

from __future__ import annotations

import pytest
import torch

from grader.errors import ExerciseError
from grader.oracles import Differences, by_differences, cross_checked, gradients, jacobian


def double(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_gradients_of_numbers_and_of_tensors_have_their_shapes():
    dx, dw = gradients(lambda x, w: (x * w).sum(), double(1.0, 2.0), 3)
    assert dx.tolist() == [3.0, 3.0]
    assert dw.item() == 3.0
    assert dx.dtype == dw.dtype == torch.float64


def test_float32_arguments_are_differentiated_in_float64():
    (dx,) = gradients(lambda x: x**3, torch.tensor(0.1))
    assert dx.dtype == torch.float64


def test_the_upstream_gradient_weighs_every_output():
    (dx,) = gradients(lambda x: x * x, double(1.0, 2.0), upstream=double(10.0, 100.0))
    assert dx.tolist() == [20.0, 400.0]


def test_an_argument_that_plays_no_part_has_the_gradient_zero():
    assert gradients(lambda x, w: x * 2, 1.0, double(1.0, 2.0))[1].tolist() == [0.0, 0.0]


def test_the_arguments_are_left_alone():
    x = double(1.0, 2.0)
    gradients(lambda x: (x * x).sum(), x)
    assert not x.requires_grad
    assert x.grad is None


def test_a_jacobian_has_a_row_for_each_output():
    answer = jacobian(lambda a: torch.stack([a[0] * a[1], a[0], a[1] ** 2]), double(2.0, 3.0))
    assert answer.tolist() == [[3.0, 2.0], [1.0, 0.0], [0.0, 6.0]]


def test_right_gradients_pass_the_cross_check_at_every_size():
    with cross_checked():
        gradients(lambda x, w: ((x * w - 1) ** 2).sum(), double(3e6, -2.0), double(1e3, 1e-3))
        gradients(lambda x: (x * x.T).sum(), torch.arange(4.0).reshape(2, 2).T.double(), upstream=None)
        jacobian(lambda a: a.softmax(0), double(1.0, -2.0, 0.5))
        gradients(lambda x: x.sum(), double())


@pytest.mark.parametrize("wrong", [lambda x: x * x.detach(), lambda x: x * x.detach().exp()])
def test_wrong_gradients_fail_the_cross_check(wrong):
    with cross_checked(), pytest.raises(ExerciseError, match="disagree"):
        gradients(wrong, 1.2345)


def test_a_wrong_jacobian_fails_the_cross_check():
    with cross_checked(), pytest.raises(ExerciseError, match="the Jacobian"):
        jacobian(lambda a: a * a.detach(), double(1.0, 2.0))


def test_outside_the_context_nothing_is_cross_checked():
    assert gradients(lambda x: x * x.detach(), 3.0)[0].item() == 3.0


@pytest.mark.parametrize("way", [Differences(0.5), Differences(0.5, behind=0.0), Differences(0.5, ahead=0.0)])
def test_differences_are_taken_as_they_are_defined(way):
    """The slope of x³ at 2 is 12."""
    expected = ((2 + way.ahead * 0.5) ** 3 - (2 - way.behind * 0.5) ** 3) / ((way.ahead + way.behind) * 0.5)
    with by_differences(way):
        assert gradients(lambda x: x**3, 2.0)[0].item() == pytest.approx(expected)
        assert jacobian(lambda x: x**3, double(2.0)).item() == pytest.approx(expected)
    assert expected != 12
    assert gradients(lambda x: x**3, 2.0)[0].item() == 12.0
