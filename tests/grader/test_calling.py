"""A call is shown as a line that can be pasted, where the inputs are public, and never where they are hidden."""

from __future__ import annotations

import ast

import numpy as np
import pytest
import torch

import assignments
from grader.calling import call_line
from grader.calls import Call, Name
from grader.rehearsing import grade_reply

SHOWN = {
    "gradient(1.5, -0.2, 0.7)": (1.5, -0.2, np.float64(0.7)),
    "gradient(np.array([1.0, 2.0]), 3, True)": (np.array([1.0, 2.0]), 3, True),
    "gradient(np.array([[0.5]]), sigmoid)": (torch.tensor([[0.5]], dtype=torch.float64), Name("sigmoid")),
    "gradient([1.0, (2.0,)], {'lr': 0.1}, None)": ([1.0, (2.0,)], {"lr": 0.1}, None),
    "gradient(np.array([0.3333, 0.3333, 0.3333, 0.3333, 0.3333, 0.3333]))": (np.full(6, 1 / 3),),
    "gradient(array of shape (100, 2), 0.1)": (np.full((100, 2), 1 / 3), 0.1),
}


@pytest.mark.parametrize(("line", "arguments"), SHOWN.items())
def test_a_call_reads_as_one_would_type_it(line, arguments):
    assert call_line(Call("gradient", arguments)) == line


def test_no_call_is_longer_than_a_line():
    assert len(call_line(Call("gradient", tuple(float(i) / 7 for i in range(60))))) <= 100


def test_a_public_check_shows_the_first_wrong_call_and_a_hidden_one_does_not():
    report = grade_reply(assignments.find("quadratic_loss"), "3", lambda call: (1.0, 2.0, 3.0))
    failed = [finding for finding in report.findings if finding.passed is False]
    assert {finding.public for finding in failed} == {True, False} or all(finding.public for finding in failed)
    for finding in failed:
        for language in ("en", "zh"):
            assert ("gradient(" in finding.detail(language)) == finding.public


def test_a_short_public_call_is_python():
    (finding,) = [
        f
        for f in grade_reply(assignments.find("affine_loss"), "3", lambda call: (1.0, 2.0)).findings
        if f.check == "worked_example"
    ]
    line = finding.detail.en[finding.detail.en.index("gradient(") :].partition("): ")[0] + ")"
    assert isinstance(ast.parse(line).body[0].value, ast.Call)
