"""Exercises on PyTorch's modules: a GPU that is not here costs nothing, float32 is judged as such, one mistake is named once."""

from __future__ import annotations

from dataclasses import replace

import pytest

import assignments
from grader.asking import in_order_of_asking, without_torch
from grader.calls import Failed, Ran, Returned
from grader.exercise import Misconception
from grader.grading import answer_key, grade
from grader.rehearsing import grade_reply, rehearsal

NAMES = ["linear_module", "two_layer_classifier", "softmax_regression"]


def answered(key, request):
    """What the references say to the calls that this box is asked for."""
    answers = iter(key.answers)
    named = {planned.check.name: [next(answers) for _ in planned.calls] for planned in key.plan}
    mine = [p for p in in_order_of_asking(key.plan) if (p.check.device == "gpu") == (request.profile == "gpu")]
    return Ran(tuple(Returned(without_torch(a)) for p in mine for a in named[p.check.name]))


def asked_on(device: str, exercise, answer=None):
    """The calls that the box is asked for on this device, and the report."""
    asked = []

    def run(request):
        asked.extend(request.calls)
        return answered(answer_key(exercise, "3", device), request)

    report = grade(replace(rehearsal(exercise, "3"), device=device), exercise, run)
    return asked, report


@pytest.mark.parametrize("name", NAMES)
def test_calls_for_a_gpu_are_not_sent_where_there_is_none(name):
    asked, report = asked_on("cpu", assignments.find(name))
    assert not [call for call in asked if call.device == "gpu"]
    finding = next(f for f in report.findings if f.check == "on_a_gpu")
    assert (finding.passed, finding.points, finding.out_of) == (None, 0.0, 0.0)
    assert report.points == report.out_of


@pytest.mark.parametrize("name", NAMES)
def test_calls_for_a_gpu_are_sent_and_judged_where_there_is_one(name):
    asked, report = asked_on("gpu", assignments.find(name))
    assert [call for call in asked if call.device == "gpu"]
    finding = next(f for f in report.findings if f.check == "on_a_gpu")
    assert finding.passed
    assert finding.points > 0


@pytest.mark.parametrize("name", NAMES)
def test_right_modules_and_loops_earn_what_the_formulas_say(name):
    """The references do without modules; put together from a module and a loop, the answers are the same, in float32 too."""
    exercise = assignments.find(name)
    right = Misconception("", "right", "train", exercise.references["train"], None)
    for seed in "345":
        report = grade_reply(exercise, seed, lambda call: exercise.answer(call, thinking=right))
        assert report.points == report.out_of
        assert report.remarks == ()  # float32 is no fault where float32 is asked for


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_in_the_module_is_not_named_again_for_the_training(name):
    exercise = assignments.find(name)
    module = next(m for m in exercise.misconceptions if m.function == exercise.needs[0])
    report = grade_reply(exercise, "3", lambda call: exercise.answer(call, thinking=module))
    assert [thought.name for thought in report.thoughts] == [module.name]


@pytest.mark.parametrize("name", NAMES)
def test_the_starter_imports_what_it_uses(name):
    starter = assignments.find(name).sheet.starter
    namespace: dict[str, object] = {"__name__": "starter"}
    exec(compile(starter, "starter.py", "exec"), namespace)
    assert set(assignments.find(name).needs) <= set(namespace)


@pytest.fixture
def course(monkeypatch):
    """An exercise whose last check builds on one for a GPU."""
    exercise = assignments.find("linear_module")
    gpu = next(check for check in exercise.checks if check.device == "gpu")
    last = replace(exercise.checks[0], name=exercise.checks[0].name, after=(gpu.name,), device="cpu")
    monkeypatch.setattr(exercise, "checks", [*exercise.checks[1:], last])
    return exercise, last


@pytest.mark.parametrize("device", ["cpu", "npu"])
@pytest.mark.parametrize("trouble", [None, Failed("raised", "SyntaxError")])
def test_a_check_after_one_for_an_absent_gpu_costs_nothing(course, device, trouble):
    """Nobody could pass it here. A device of another name is as absent."""
    exercise, last = course

    def run(request):
        key = answer_key(exercise, "990103", device)
        answers = iter(key.answers)
        named = {planned.check.name: [next(answers) for _ in planned.calls] for planned in key.plan}
        right = (Returned(without_torch(a)) for p in in_order_of_asking(key.plan) for a in named[p.check.name])
        return Ran((), trouble=trouble) if trouble else Ran(tuple(right))

    answer_key.cache_clear()
    report = grade(replace(rehearsal(exercise, "990103"), device=device), exercise, run)
    answer_key.cache_clear()
    finding = next(finding for finding in report.findings if finding.check == last.name)
    assert (finding.passed, finding.out_of) == (None, 0.0)
    assert report.points == (0 if trouble else report.out_of)
