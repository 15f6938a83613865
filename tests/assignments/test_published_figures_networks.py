"""The references of softmax, network and engine reproduce figures published by others, and refuse the wrong ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import tensor

from assignments import computational_graph as graph
from assignments import find, mlp_backward, softmax_derivative
from assignments.computational_graph.engine import Engine
from grader.oracles import cross_checked
from grader.verifying import grade_reply

SOFTMAX, MLP, GRAPH = find("softmax_derivative"), find("mlp_backward"), find("computational_graph")
NETWORKS = (SOFTMAX, MLP, GRAPH)
MISTAKES = [pytest.param(e, m, id=f"{m.code}-{m.name}") for e in NETWORKS for m in e.misconceptions]


def agrees(got, published, digits: int) -> bool:
    """Whether a value rounds to the published one."""
    return np.allclose(np.asarray(got), published, rtol=0, atol=0.51 * 10.0**-digits)


def rows(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


# F6


def test_softmax_of_one_two_three():
    assert agrees(SOFTMAX.answer(softmax_derivative.softmax(rows(1, 2, 3))), [0.090031, 0.244728, 0.665241], 6)


def test_jacobian_of_softmax_of_one_two_three():
    found = SOFTMAX.answer(softmax_derivative.softmax_jacobian(rows(1, 2, 3)))
    assert agrees(torch.diag(found), [0.08192507, 0.18483645, 0.22269543], 8)
    assert agrees([found[0, 1], found[0, 2], found[1, 2]], [-0.02203304, -0.05989202, -0.1628034], 7)


def test_worked_example_of_softmax():
    found = SOFTMAX.answer(softmax_derivative.softmax_jacobian(rows(2, 1, 5).log()))
    assert agrees(found[:, 0], [0.1875, -0.03125, -0.15625], 9)
    backward = softmax_derivative.softmax_backward(rows([0.25, 0.125, 0.625]), rows([0.4, -1, 2]))
    assert agrees(SOFTMAX.answer(backward)[0, 0], -0.20625, 9)


# F8: the 2-2-2 network with inputs .05 and .10

MAZUR = (
    rows([0.05, 0.10]),
    rows([0.01, 0.99]),
    rows([0.15, 0.25], [0.20, 0.30]),
    rows(0.35, 0.35),
    rows([0.40, 0.50], [0.45, 0.55]),
    rows(0.60, 0.60),
)


def test_error_of_the_published_network():
    x, y, *weights = MAZUR
    _, output = MLP.answer(mlp_backward.forward(x, *weights))
    assert agrees(0.5 * ((output - y) ** 2).sum(), 0.298371109, 9)


def test_weights_of_the_published_network_after_one_step():
    w1, _, w2, _ = MLP.answer(mlp_backward.step(*MAZUR, 0.5))
    assert agrees(w1.T.flatten(), [0.14978072, 0.19956143, 0.24975114, 0.29950229], 8)
    assert agrees(w2.T.flatten(), [0.35891648, 0.40866619, 0.51130127, 0.56137012], 8)


def test_worked_example_of_the_network():
    dz2, dw2, _, dz1, dw1, _ = MLP.answer(mlp_backward.backward(*mlp_backward.by_hand()))
    assert agrees([part.item() for part in (dz2, dw2, dz1, dw1)], [-0.117138, -0.0808222, 0.0300683, 0.0451025], 6)


# The widely copied 2-2-2 network whose hidden deltas are built from weight gradients

COPIED = (
    rows([0.5, 0.3]),
    rows([0.23, -0.07]),
    rows([0.2, -0.4], [0.5, 0.6]),
    rows(0, 0),
    rows([0.1, -0.5], [-0.3, 0.8]),
    rows(0, 0),
)
COPIED_DW1 = [0.01458, 0.01304, 0.00875, 0.00782]


def test_the_copied_figures_are_not_what_the_reference_gives():
    dw1 = MLP.answer(mlp_backward.backward(*COPIED))[4]
    assert not agrees(dw1.flatten(), COPIED_DW1, 5)
    assert agrees(dw1.flatten(), [-0.00842, 0.01261, -0.00505, 0.00756], 5)


def test_the_copied_figures_are_misconception_m16():
    call = mlp_backward.backward(*COPIED)
    agreeing = [m for m in MLP.misconceptions if m.function == "backward" and m.code == "M16"]
    figures = {m.name: MLP.answer(call, thinking=m)[4].flatten() for m in agreeing}
    assert [name for name, dw1 in figures.items() if agrees(dw1, COPIED_DW1, 5)] == [
        "weight_gradients_for_weights",
        "summed_weight_gradients",
    ], "for a single sample both say the same"


# F12


@pytest.mark.parametrize(
    ("expression", "at", "derivative"),
    [(graph.doubled, 3.0, 2), (graph.squared, 3.0, 6), (graph.shared, 3.0, 7), (graph.five_minus, 3.0, -1)],
)
def test_derivatives_of_small_graphs(expression, at, derivative):
    _, found = GRAPH.answer(graph.gradients(graph.Value, expression, [at]))
    assert agrees(found, [derivative], 12)


def test_a_second_fresh_graph_gives_the_same():
    once, twice = (GRAPH.answer(graph.gradients(graph.Value, graph.shared, [3.0], times)) for times in (1, 2))
    assert torch.equal(once[1], twice[1])


def test_worked_example_of_the_engine():
    output, found = GRAPH.answer(graph.gradients(graph.Value, graph.example, [1.5, -0.4]))
    assert agrees(output.detach(), -1, 12)
    assert agrees(found, [-0.4, 2.5], 12)


# What the judge makes of right and wrong answers


@pytest.mark.parametrize("exercise", NETWORKS, ids=lambda e: e.name)
def test_references_agree_with_central_differences(exercise):
    with cross_checked():
        calls = [call for planned in exercise.plan("3") for call in planned.calls]
        assert all(exercise.answer(call) is not None for call in calls)


def test_the_right_engine_of_the_wrong_ones_is_right():
    """Every wrong engine is this one with a single thought replaced."""

    def reply(call):
        drive = GRAPH.functions["gradients"].implementation
        expression = GRAPH.functions[call.arguments[1].name].implementation
        return drive(Engine, expression, *call.arguments[2:])

    report = grade_reply(GRAPH, "5", reply)
    assert (report.points, report.thoughts) == (report.out_of, ())


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_mistake_loses_points_and_is_named(exercise, mistake):
    report = grade_reply(exercise, "5", lambda call: exercise.answer(call, thinking=mistake))
    assert [(thought.code, thought.name) for thought in report.thoughts] == [(mistake.code, mistake.name)]
    assert report.points < report.out_of


def test_overflow_costs_its_own_check_and_nothing_else():
    """Right but unstable: everything is earned but the point for large logits."""
    unstable = next(m for m in SOFTMAX.misconceptions if m.name == "overflows")
    report = grade_reply(SOFTMAX, "5", lambda call: SOFTMAX.answer(call, thinking=unstable))
    assert [finding.check for finding in report.findings if not finding.passed] == ["large_logits"]


def test_another_mean_still_earns_the_single_sample():
    """Whoever sums over the samples has another convention, not no idea."""
    summed = next(m for m in MLP.misconceptions if m.name == "sum_over_samples")
    report = grade_reply(MLP, "5", lambda call: MLP.answer(call, thinking=summed))
    passed = {finding.check for finding in report.findings if finding.passed}
    assert {"worked_example", "single_sample", "forward_values"} <= passed


def test_a_recursive_engine_loses_the_deep_chain_only():
    recursive = next(m for m in GRAPH.misconceptions if m.name == "Recursive")
    report = grade_reply(GRAPH, "5", lambda call: GRAPH.answer(call, thinking=recursive))
    assert [finding.check for finding in report.findings if not finding.passed] == ["deep"]


def test_the_untouched_starter_is_not_taken_for_a_recursive_engine():
    """Programs that fail everywhere alike are explained by nothing."""

    def fails(call):
        raise NotImplementedError

    def recurses(call):
        raise RecursionError

    for reply in (fails, recurses):
        assert grade_reply(GRAPH, "5", reply).thoughts == ()


def test_in_the_given_code_read_only_views_hold_the_same_numbers():
    values = tensor([[1.0, -2.0], [3.5, 0.25]]).numpy()
    through = SOFTMAX.functions["through_views"].implementation
    view = through(lambda a: a, values)
    assert (view == values).all()
    assert not view.flags.writeable
    assert not view.flags.c_contiguous
