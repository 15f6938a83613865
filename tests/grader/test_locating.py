"""Where no misconception fits, the report still says for which inputs an answer is wrong, and in which of its parts."""

from __future__ import annotations

import numpy as np
import pytest

import assignments
from assignments.computational_graph.engine import Engine
from grader.answers import Answer
from grader.asking import without_torch
from grader.calls import Call, Name, Returned
from grader.comparing import Difference
from grader.exercise import Misconception
from grader.grading import answer_key
from grader.locating import located
from grader.messages import Text
from grader.rehearsing import grade_reply
from grader.sharing import uses_a_value_twice
from grader.visibility import as_seen

SEEDS = ["3", *(pytest.param(seed, marks=pytest.mark.slow) for seed in "45")]


def told(exercise, reply, seed):
    """What the report says on where it goes wrong, after it has named nothing."""
    report = grade_reply(exercise, seed, reply)
    assert report.thoughts == ()
    remarks = [remark.text for remark in report.remarks if remark.code == "where"]
    assert all(text.zh and text.zh != text.en for text in remarks)
    return [text.en for text in remarks]


def twisted(name, twist, seed, function=None):
    """As `told`, of the right answers with a twist to those of one function."""
    exercise = assignments.find(name)

    def reply(call):
        answer = without_torch(exercise.answer(call))
        concerned = function in {None, call.function} or Name(function) in call.arguments
        return twist(answer, *map(without_torch, call.arguments)) if concerned else answer

    return told(exercise, reply, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_right_for_a_single_sample_only_is_told_so(seed):
    def too_small(found, *arguments):
        x = next(argument for argument in arguments if isinstance(argument, np.ndarray))
        return tuple(part / len(x) ** 2 for part in found)

    said = twisted("mlp_backward", too_small, seed, "backward")
    assert said[0] == "`backward`: Right wherever `x` has a single row or entry, and wrong only where it has more."


def test_rows_are_those_of_the_samples_and_not_of_the_parameters():
    """The parameters of a module stand before its samples, in a dict."""
    exercise = assignments.find("linear_module")
    wrong = Difference(Text("wrong", "错"))
    answers = []
    for rows in (1, 1, 2, 3):
        parameters = {"linear.weight": np.ones((3, 1)), "linear.bias": np.ones(1)}
        call = Call("predicted", (Name("LinearModel"), parameters, np.ones((rows, 1))))
        answers.append(
            Answer(exercise.checks[0], call, Returned(np.ones(rows)), np.ones(rows), wrong if rows > 1 else None)
        )
    (said,) = located(exercise, answers)
    assert said.en.startswith("Right wherever `x` has a single row")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_wrong_for_large_inputs_only_is_told_so(seed):
    def rounded_where_large(found, x, w, upstream):
        return found if abs(x) < 1000 else tuple(round(part) for part in found)

    (said,) = twisted("product_gradient", rounded_where_large, seed)
    assert said.startswith("Right for small inputs, and wrong only for large ones.")


@pytest.mark.slow
def test_what_is_wrong_where_a_value_is_used_twice_only_is_told_so():
    class KeepsTheLarger(Engine):
        def receive(self, gradient):
            self.grad = max(self.grad, gradient, key=abs)

    exercise = assignments.find("computational_graph")
    mistaken = Misconception("", "keeps_the_larger", "Value", KeepsTheLarger, None)
    said = told(exercise, lambda call: exercise.answer(call, thinking=mistaken), "3")
    assert said[0].startswith(
        "Right wherever every value is used once, and wrong only where one is used more than once"
    )


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        *((name, True) for name in ("doubled", "shared", "example", "diamond", "ladder", "wide")),
        *((name, False) for name in ("plus_and_minus", "times_and_divided", "deep_chain", "five_minus")),
    ],
)
def test_an_expression_is_known_to_use_a_value_twice(name, shared):
    exercise = assignments.find("computational_graph")
    assert uses_a_value_twice(exercise.functions[name].implementation) is shared


def test_code_that_is_no_arithmetic_is_not_said_to_use_a_value_twice():
    assert not uses_a_value_twice(lambda x: x[0] + x[0])
    assert not uses_a_value_twice(len)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_entrywise_function_that_is_wrong_on_one_side_is_told_so(seed):
    said = twisted("activations", lambda _, a: np.tanh(np.abs(a)), seed, "tanh")
    assert said == ["`tanh`: Right for positive entries, and wrong for negative ones."]


def test_an_entrywise_function_that_overflows_on_one_side_is_told_which():
    def d_tanh(_, a):
        with np.errstate(all="ignore"):
            return 4 * np.exp(2 * a) / (np.exp(2 * a) + 1) ** 2

    (said,) = twisted("activations", d_tanh, "3", "d_tanh")
    assert said.startswith("`d_tanh`: Right until the entries are large and positive.")


@pytest.mark.parametrize("seed", SEEDS)
def test_each_parameter_has_a_ratio_of_its_own(seed):
    said = twisted("quadratic_loss", lambda found, *_: (3 * found[0], found[1], -2.5 * found[2]), seed)
    assert said == ["Beside the expected values: dw1 is 3 ×, db is −2.5 ×, dw2 is right."]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_odd_ratio_throughout_is_told(seed):
    assert twisted("linear_loss", lambda found, *_: 1.7 * found, seed, "gradient") == [
        "`gradient`: In every answer: 1.7 × the expected value."
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_parts_that_changed_places_are_told(seed):
    said = twisted("quadratic_loss", lambda found, *_: (found[1], found[0], found[2]), seed)
    assert said == ["dw1 and dw2 have changed places."]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_that_are_right_are_told_from_those_that_are_not(seed):
    said = twisted("quadratic_loss", lambda found, *_: (found[0] + 1, found[1], found[2]), seed)
    assert said == ["Right in every answer: dw2, db. Wrong: dw1."]


def test_nothing_is_located_where_nothing_is_right_or_a_misconception_is_named():
    assert twisted("quadratic_loss", lambda found, x, *_: (found[0] + x, found[1] + x, found[2] + x), "3") == []
    exercise = assignments.find("quadratic_loss")
    for misconception in exercise.misconceptions:
        report = grade_reply(exercise, "3", lambda call, m=misconception: exercise.answer(call, thinking=m))
        assert [remark.code for remark in report.remarks] == []


def test_no_number_that_only_hidden_inputs_can_have_is_told():
    """Mallory scales her answers by a hidden input, and would read it as the ratio."""
    exercise = assignments.find("quadratic_loss")
    public = {id(c) for p in answer_key(exercise, "3").plan if p.check.public for c in p.calls}
    asked = []

    def mallory(call):
        asked.append(call.arguments[0])
        found = exercise.answer(call)
        return found if id(call) in public else tuple(asked[2] * part for part in found)

    assert told(exercise, mallory, "3") == []


def test_what_hidden_answers_tell_stays_hidden_where_every_public_check_passed():
    exercise = assignments.find("product_gradient")

    def ada(call):
        found = exercise.answer(call)
        return found if abs(call.arguments[0]) < 1000 else tuple(part + 1 for part in found)

    report = grade_reply(exercise, "3", ada)
    assert [remark.code for remark in report.remarks] == ["where"]
    assert as_seen(report, opened=False).remarks == ()
    assert as_seen(report, opened=True).remarks == report.remarks
