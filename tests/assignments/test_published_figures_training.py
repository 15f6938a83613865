"""Published figures of the exercises on lines, slopes and training, and the numbers of their worked examples.

They were computed in float32 by others; each is compared to the digits that float32 and its printing leave.
"""

from __future__ import annotations

import pytest
import torch

import assignments
from grader.diagnosing import law_holds

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


THREE = {  # the lecture's run and the same with a fourth sample: gradients of epoch 0, its last loss, that of epoch 99
    3: ([-2, -7.84, -16.2288], 7.315943717956543, 9.094947017729282e-13, 7.999998569488525),
    4: (
        [-2, -7.84, -16.228801727294922, -23.657981872558594],
        8.745314598083496,
        2.2737367544323206e-13,
        7.999999523162842,
    ),
}


@pytest.mark.parametrize("samples", THREE)
def test_f3_the_first_epoch_of_the_line(samples):
    gradients, loss, _, _ = THREE[samples]
    ws, losses = lecture(samples)
    before = [1.0, *ws[:-1]]
    steps = [(old - new) / 0.01 for old, new in zip(before, ws, strict=True)]
    assert steps[:samples] == pytest.approx(gradients, rel=FLOAT32)
    assert losses[samples - 1] == pytest.approx(loss, rel=FLOAT32)


def test_f3_the_loss_after_the_second_epoch():
    _, losses = lecture(3)
    assert losses[5] == pytest.approx(3.9987640380859375, rel=FLOAT32)


@pytest.mark.parametrize("samples", THREE)
def test_f3_where_the_run_ends(samples):
    """float32 stops short of the end by its last digit; float64 comes closer than was published."""
    _, _, last_loss, predicted = THREE[samples]
    ws, losses = lecture(samples)
    assert ws.shape == losses.shape == (100 * samples,)
    assert losses[-1] < last_loss
    assert 4 * ws[-1] == pytest.approx(predicted, rel=FLOAT32)


def lecture(samples):
    """(ws, losses) of 100 epochs over x = 1, 2, …, y = 2x, from w = 1."""
    x = torch.arange(1.0, samples + 1, dtype=torch.float64)
    return answered("train_linear", "train", x, 2 * x, 1.0, 0.01, 100)


def test_the_worked_example_of_training_a_line():
    x, y = torch.tensor([[1.5], [-0.2]], dtype=torch.float64)
    ws, losses = answered("train_linear", "train", x, y, 0.7, 0.1, 2)
    assert ws == pytest.approx([0.325, 0.11875])
    assert losses == pytest.approx([1.5625, 0.47265625])


def given(name):
    return assignments.find("slope").functions[name]


@pytest.mark.parametrize("eps", [0.5, 0.01, 1e-6])
def test_the_square_has_slope_six_at_three(eps):
    """Central differences of a parabola are exact, with any step."""
    assert answered("slope", "slope", given("squared"), 3.0, eps) == pytest.approx(6, rel=1e-9)


def test_the_worked_example_of_the_slope():
    """Looking ahead only misses by forty times as much."""
    assert answered("slope", "slope", given("cubed"), 1.5, 0.1) == pytest.approx(6.76)
    exercise = assignments.find("slope")
    ahead = next(m for m in exercise.misconceptions if m.name == "ahead_only")
    assert exercise.answer(exercise.functions["slope"](given("cubed"), 1.5, 0.1), thinking=ahead) == pytest.approx(7.21)


def test_only_looking_to_both_sides_obeys_the_law_of_the_square():
    exercise = assignments.find("slope")
    call = exercise.functions["slope"](given("bell"), 0.7, 1e-3)
    obeying = [
        law_holds(exercise, exercise.laws[0], call, exercise.answer(call, thinking=thinking))
        for thinking in (None, *(m for m in exercise.misconceptions if m.name in {"ahead_only", "behind_only"}))
    ]
    assert obeying == [True, False, False]


def test_f5_the_costs_and_weights_of_the_batch():
    """The cost of an epoch is the mean of r² before its step."""
    x = torch.arange(1.0, 4.0, dtype=torch.float64)
    ws = answered("descent_variants", "descend", x, 2 * x, 1.0, 0.01, 100, 3)
    assert ws.shape == (100,)
    assert ws[0] == pytest.approx(1.0933333333333333, rel=1e-14)
    assert ws[99] == pytest.approx(1.9999444396553017, rel=1e-14)
    costs = [((w * x - 2 * x) ** 2).mean().item() for w in [1.0, *ws[:10]]]
    assert [round(cost, 2) for cost in costs] == [4.67, 3.84, 3.15, 2.59, 2.13, 1.75, 1.44, 1.18, 0.97, 0.80, 0.66]


# Published, and wrong


def thinking(name, function, mistake, *arguments):
    """What someone with a known misconception answers."""
    exercise = assignments.find(name)
    wrong = next(m for m in exercise.misconceptions if m.name == mistake)
    return wrong.code, exercise.answer(exercise.functions[function](*arguments), thinking=wrong)


def test_the_weight_that_a_numpy_tutorial_prints_comes_of_a_sum_that_is_called_a_mean():
    """It steps from 0 to 1.200 with `np.dot(2 * x, y_pred - y).mean()`: the dot product is one number, and its own mean."""
    x = torch.arange(1.0, 5.0, dtype=torch.float64)
    run = (x, 2 * x, 0.0, 0.01, 1, 4)
    assert answered("descent_variants", "descend", *run) == pytest.approx([0.3])
    code, (w,) = thinking("descent_variants", "descend", "sum_for_mean", *run)
    assert (code, float(w)) == ("M13", pytest.approx(1.2))


@pytest.mark.parametrize(
    ("name", "arguments", "right"),
    [
        ("affine_loss", (1.0, 2.0, 1.0, 2.0), (2.0, 2.0)),
        ("quadratic_loss", (1.0, 2.0, 1.0, 1.0, 1.0), (2.0, 2.0, 2.0)),
    ],
)
def test_the_loss_that_slides_print_without_the_bias_has_other_gradients(name, arguments, right):
    """F2 and F4 were computed with the bias that the slides leave out."""
    assert [float(d) for d in answered(name, "gradient", *arguments)] == pytest.approx(right)
    code, found = thinking(name, "gradient", "model_without_bias", *arguments)
    assert code == "M34"
    assert [float(d) for d in found] != pytest.approx(right)


def test_batches_of_one_are_the_line_trained_sample_by_sample():
    x = torch.tensor([1.5, -0.5, 0.8], dtype=torch.float64)
    y = torch.tensor([-0.2, 1.2, 0.6], dtype=torch.float64)
    ws, _ = answered("train_linear", "train", x, y, 0.7, 0.1, 4)
    assert answered("descent_variants", "descend", x, y, 0.7, 0.1, 4, 1) == pytest.approx(ws)


def test_the_worked_example_of_the_batches():
    x = torch.tensor([1.5, -0.5, 0.8], dtype=torch.float64)
    y = torch.tensor([-0.2, 1.2, 0.6], dtype=torch.float64)
    assert answered("descent_variants", "descend", x, y, 0.7, 0.1, 1, 2) == pytest.approx([0.435, 0.47532])
