"""The references of Adam, modules and losses reproduce figures published by others (F9 to F11), and the worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import tensor

from assignments import find, himmelblau, linear_module, softmax_regression, train_on_device, two_layer_classifier
from assignments.fitting import fit
from grader.exercise import Misconception
from grader.oracles import cross_checked

HIMMELBLAU, LINE = find("himmelblau"), find("linear_module")
CLASSIFIER, SOFTMAX = find("two_layer_classifier"), find("softmax_regression")
ON_DEVICE = find("train_on_device")

# start, f there, and where Adam with lr 1e-3 comes to rest
RUNS = [((0, 0), 170.0, (3, 2)), ((-4, 0), 146.0, (-3.779310, -3.283186)), ((4, 0), 34.0, (3.584428, -1.848127))]
BINARY = [(1, 0.2, 1.6094), (1, 0.8, 0.2231), (0, 0.3, 0.3567), (0, 0.7, 1.2040)]  # label, probability, loss


def agrees(got, published, digits: int) -> bool:
    """Whether a value rounds to the published one."""
    return np.allclose(np.asarray(got), published, rtol=0, atol=0.51 * 10.0**-digits)


def point(*numbers):
    return tensor(numbers, dtype=torch.float64)


def adam(start, lr, steps):
    """The path that the reference takes."""
    return HIMMELBLAU.answer(himmelblau.minimise(point(*start), lr, steps))


# F9: Adam in Himmelblau's valleys, lr 1e-3


@pytest.mark.parametrize(("start", "height"), [run[:2] for run in RUNS])
def test_the_starts_are_as_high_as_published(start, height):
    assert HIMMELBLAU.answer(himmelblau.value(point(*start))) == height


@pytest.mark.slow
def test_after_two_thousand_steps_adam_is_where_published():
    """Step 2000, counted from 0: the height before it, and the point that it leads to."""
    path = adam((0, 0), 1e-3, 2001)
    assert agrees(HIMMELBLAU.answer(himmelblau.value(path[2000])), 13.7309, 3)  # in float32, to six digits
    assert agrees(path[2001], [2.33318, 1.95407], 5)


@pytest.mark.slow
def test_after_four_thousand_steps_adam_is_where_published():
    path = adam((0, 0), 1e-3, 4001)
    assert agrees(HIMMELBLAU.answer(himmelblau.value(path[4000])), 0.01485887, 6)
    assert agrees(path[4001], [2.982008, 2.0270984], 6)


@pytest.mark.slow
@pytest.mark.parametrize(("start", "_", "end"), RUNS)
def test_every_start_ends_in_the_published_valley(start, _, end):
    """By the hand-written Adam behind the mutants, which walks as the reference does."""
    walked = himmelblau.adam(point(*start), 1e-3, 20_000)
    assert np.allclose(walked[:301], adam(start, 1e-3, 300), rtol=1e-9)
    assert agrees(walked[-1], end, 5)
    assert agrees(HIMMELBLAU.answer(himmelblau.value(torch.from_numpy(walked[-1]))), 0, 9)


def test_worked_example_of_himmelblau():
    x = point(1.5, -0.5)
    assert HIMMELBLAU.answer(himmelblau.value(x)) == 113.125
    assert HIMMELBLAU.answer(himmelblau.gradient(x)).tolist() == [-66.0, -8.0]
    path = adam((1.5, -0.5), 0.1, 2)
    assert agrees(path[1], [1.6, -0.4], 8)
    assert agrees(path[2], [1.700038, -0.299890], 6)


# F10: y = 2x at x = 1, 2, 3, lr 0.01


def lecture(w, b, epochs):
    """Losses and parameters of the lecture's run from (w, b)."""
    x = linear_module.column(1, 2, 3)
    call = linear_module.trained(
        linear_module.train, linear_module.LinearModel, linear_module.at(w, b), x, 2 * x, 0.01, epochs
    )
    losses, parameters = LINE.answer(call)
    return losses.numpy(), parameters["linear.weight"].item(), parameters["linear.bias"].item()


def test_the_line_from_zero_loses_and_learns_as_published():
    losses, w, b = lecture(0.0, 0.0, 100)
    assert losses[0] == 56.0
    assert agrees(losses[99], 0.0557912, 7)
    assert agrees([w, b], [1.842756, 0.357453], 6)


@pytest.mark.parametrize(("w", "b"), [(0.0, 0.0), (-1.3, 0.7), (4.0, -2.5)])
def test_the_late_loss_shrinks_as_published_from_any_start(w, b):
    """The ratio of two losses in a row is .98562842, and so the distance shrinks by .9927882."""
    losses, *_ = lecture(w, b, 600)
    ratio = losses[599] / losses[598]
    assert agrees(ratio, 0.98562842, 8)
    assert agrees(math.sqrt(ratio), 0.9927882, 7)


def test_worked_example_of_the_line():
    call = linear_module.trained(
        linear_module.train,
        linear_module.LinearModel,
        linear_module.at(0.7, 0.3),
        linear_module.column(1.5, -0.5),
        linear_module.column(-0.2, 1),
        0.1,
        2,
    )
    losses, parameters = LINE.answer(call)
    assert agrees(losses, [3.505, 1.10225], 9)
    assert agrees([parameters["linear.weight"].item(), parameters["linear.bias"].item()], [-0.135, 0.254], 9)


# F11: binary cross-entropy


@pytest.mark.parametrize(("y", "p", "loss"), BINARY)
def test_binary_cross_entropy_is_as_published(y, p, loss):
    assert agrees(CLASSIFIER.answer(two_layer_classifier.bce(point(p), point(float(y)))), loss, 4)


def test_binary_cross_entropy_is_the_published_mean():
    y, p, _ = zip(*BINARY, strict=True)
    call = two_layer_classifier.bce(point(*p), point(*map(float, y)))
    assert agrees(CLASSIFIER.answer(call), 0.8483, 4)
    for wrong in (m for m in CLASSIFIER.misconceptions if m.function == "bce"):
        assert not agrees(CLASSIFIER.answer(call, thinking=wrong), 0.8483, 4), wrong.name


def test_worked_example_of_binary_cross_entropy():
    assert agrees(CLASSIFIER.answer(two_layer_classifier.bce(point(0.2, 0.7, 0.9), point(1.0, 1.0, 0.0))), 1.422899, 6)


# Cross-entropy


def test_worked_example_of_cross_entropy():
    logits = tensor([[2.0, 1, 5], [1, 3, 1]], dtype=torch.float64).log()
    assert agrees(SOFTMAX.answer(softmax_regression.cross_entropy(logits, tensor([2, 0]))), 1.039721, 6)


def test_cross_entropy_is_pytorchs_own():
    for name in ("any_batch", "square_batch", "large_logits"):
        calls = next(planned.calls for planned in SOFTMAX.plan("5") if planned.check.name == name)
        for call in calls:
            assert torch.allclose(SOFTMAX.answer(call), torch.nn.functional.cross_entropy(*call.arguments), rtol=1e-12)


# Reference, PyTorch's own modules and optimiser, and differences: three ways to one answer


@pytest.mark.parametrize("exercise", [LINE, CLASSIFIER, SOFTMAX], ids=lambda exercise: exercise.name)
def test_pytorchs_own_optimiser_answers_as_the_reference(exercise):
    losses = {"linear_module": torch.nn.MSELoss(reduction="sum"), "softmax_regression": torch.nn.CrossEntropyLoss()}

    def train(model, x, y, lr, epochs):
        loss_of = losses.get(exercise.name, lambda p, y: torch.nn.functional.binary_cross_entropy(p[:, 0], y))
        optimiser = torch.optim.SGD(model.parameters(), lr=lr)
        found = []
        for _ in range(epochs):
            optimiser.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            optimiser.step()
            found.append(loss.item())
        return found

    library = Misconception("", "library", "train", train, None)
    for check in ("losses", "parameters", "hidden_layer"):
        for call in (call for planned in exercise.plan("5") if planned.check.name == check for call in planned.calls):
            with cross_checked():
                expected = exercise.answer(call)
            got = exercise.answer(call, thinking=library)
            assert np.allclose(got[0], expected[0].numpy(), rtol=1e-12)
            for name, parameter in expected[1].items():
                assert torch.allclose(got[1][name], parameter, rtol=1e-10), name


def test_a_loop_that_keeps_and_freezes_nothing_is_plain_descent():
    """The loop behind the mutants is right until it is told otherwise."""
    model = linear_module.Line().double()
    start = model.linear.weight.item()
    x = linear_module.column(1.5, -0.5)
    losses = fit(model, x, 2 * x, 0.05, 3, loss=linear_module.squares)
    assert losses[2] < losses[1] < losses[0]
    assert model.linear.weight.item() != start


# Training on a device


def test_worked_example_of_the_network_of_zeros():
    """Labels 1, 1, 0; ln 2, and steps of a twelfth and a sixth."""
    _, labels = train_on_device.samples.implementation(8, 3, torch.float64)
    assert labels.tolist() == [1, 1, 0]
    call = next(iter(next(p for p in ON_DEVICE.plan("0") if p.check.name == "worked_example").calls))
    losses, parameters = ON_DEVICE.answer(call)
    assert agrees(losses, [0.693147], 6)
    assert agrees(parameters["2.weight"], [[0.083333] * 10], 6)
    assert agrees(parameters["2.bias"], [0.166667], 6)
    assert not parameters["0.weight"].any()


def test_slopes_written_out_are_those_of_autograd():
    """The reference of the training on a device does without autograd, for speed."""
    x, y = train_on_device.samples.implementation(4, 9, torch.float64)
    start = [
        torch.linspace(-1, 1.2, 1 + int(np.prod(shape)))[1:].reshape(shape).double()
        for shape in train_on_device.SHAPES.values()
    ]
    leaves = [part.clone().requires_grad_() for part in start]
    torch.nn.functional.binary_cross_entropy(train_on_device.by_formulas(x, *leaves), y).backward()
    cost, slopes = train_on_device.cost_and_slopes(x, y, *start)
    assert all(
        torch.allclose(slope, leaf.grad, rtol=1e-12, atol=1e-15) for slope, leaf in zip(slopes, leaves, strict=True)
    )
    assert torch.isclose(
        cost.mean(), torch.nn.functional.binary_cross_entropy(train_on_device.by_formulas(x, *start), y)
    )
