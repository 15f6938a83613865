"""The figures that the lecture and the textbooks publish are what the references answer.

They were computed in float32 by others; each is compared to the digits that float32 and its printing leave.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

import assignments

FLOAT32 = 2e-6


def answered(name, function, *arguments):
    """The reference's answer, as plain numbers or arrays."""
    exercise = assignments.find(name)
    answer = exercise.answer(exercise.functions[function](*arguments))
    return [part.numpy() for part in answer] if isinstance(answer, tuple) else answer.numpy()


def test_the_product_at_two_and_three():
    assert answered("product_gradient", "product_backward", 2.0, 3.0, 1.0) == [3.0, 2.0]


@pytest.mark.parametrize(("x", "y", "loss", "dw"), [(1.0, 2.0, 1.0, -2.0), (2.0, 4.0, 4.0, -8.0)])
def test_f1_the_loss_of_a_line(x, y, loss, dw):
    assert answered("linear_loss", "forward", x, y, 1.0)[2] == loss
    assert answered("linear_loss", "gradient", x, y, 1.0) == dw


def test_the_worked_example_of_the_line():
    assert answered("linear_loss", "forward", 1.5, -0.2, 0.7) == pytest.approx([1.05, 1.25, 1.5625])
    assert answered("linear_loss", "gradient", 1.5, -0.2, 0.7) == pytest.approx(3.75)


def test_f4_the_first_epoch_of_the_parabola():
    """Gradients at (1,1,1) and after one and two steps of 0.01."""
    w = np.ones(3)
    for x, published in [(1.0, (2.0, 2.0, 2.0)), (2.0, (22.88, 11.44, 5.72)), (3.0, (77.0472, 25.6824, 8.5608))]:
        gradients = answered("quadratic_loss", "gradient", x, 2 * x, *w)
        assert gradients == pytest.approx(published, rel=FLOAT32)
        w -= 0.01 * np.array(gradients)


def test_the_worked_example_of_the_parabola():
    gradients = answered("quadratic_loss", "gradient", 1.5, -0.2, 0.7, -0.4, 0.3)
    assert gradients == pytest.approx([6.6375, 4.425, 2.95])


@pytest.fixture(scope="module")
def lecture():
    """(params, losses, x, y) of the published run: 100 epochs over three samples."""
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    params, losses = answered("train_quadratic", "train", x, 2 * x, 1.0, 1.0, 1.0, 0.01, 100)
    return params, losses, x.numpy(), 2 * x.numpy()


def predicted(params, x):
    return params[0] * x**2 + params[1] * x + params[2]


def test_f4_the_losses_of_the_first_and_the_last_epoch(lecture):
    _, losses, _, _ = lecture
    assert losses.shape == (300,)
    assert losses[2] == pytest.approx(18.321826934814453, rel=FLOAT32)
    assert losses[-1] == pytest.approx(0.00631808303296566, rel=2e-4)


def test_f4_the_last_gradients(lecture):
    params, _, x, y = lecture
    published = [(0.316614, 0.316614, 0.316614), (-1.729744, -0.864872, -0.432436), (1.430755, 0.476918, 0.158973)]
    for step, expected in zip((297, 298, 299), published, strict=True):
        sample = step % 3
        before = params[step - 1]
        residual = predicted(before, x[sample]) - y[sample]
        assert 2 * residual * x[sample] ** np.array([2, 1, 0]) == pytest.approx(expected, rel=1e-4)
        assert params[step] == pytest.approx(before - 0.01 * np.array(expected), rel=1e-5)


def test_f4_the_predictions_before_and_after(lecture):
    params, _, _, _ = lecture
    assert predicted(np.ones(3), 4) == 21.0
    assert predicted(params[-1], 4) == pytest.approx(8.544171333312988, rel=FLOAT32)


def test_the_final_figure_alone_would_not_tell_wrong_from_right():
    """A bias without its factor 2 ends at 8.5484, swapped roles at the right digits: that is why traces are compared."""
    exercise = assignments.find("train_quadratic")
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    call = exercise.functions["train"](x, 2 * x, 1.0, 1.0, 1.0, 0.01, 100)
    ends = {m.name: exercise.answer(call, thinking=m)[0][-1] for m in exercise.misconceptions}
    assert predicted(ends["no_factor_two_in_b"], 4) == pytest.approx(8.5484, abs=5e-5)
    swapped = ends["swapped_weights"]
    assert predicted((swapped[1], swapped[0], swapped[2]), 4) == pytest.approx(8.5442, abs=5e-5)


def test_the_worked_example_of_the_training():
    one = torch.tensor([1.5]).double(), torch.tensor([-0.2]).double()
    params, losses = answered("train_quadratic", "train", *one, 0.7, -0.4, 0.3, 0.1, 2)
    assert params[0] == pytest.approx([0.03625, -0.8425, 0.005])
    assert losses == pytest.approx([2.175625, 0.9771875**2], rel=1e-6)
