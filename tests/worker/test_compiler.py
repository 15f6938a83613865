"""Torch's compiler is left out where nobody compiles: the first job with an optimiser waits no longer than others."""

from __future__ import annotations

import subprocess
import sys

import pytest

JUDGES = """
import sys
from worker.sandbox.inside.compiler import leave_out
leave_out()
import assignments
from grader.rehearsing import grade_reply
exercise = assignments.find("himmelblau")
report = grade_reply(exercise, "5", exercise.answer)
loaded = [name for name in sys.modules if name.startswith("torch._dynamo.")]
print(report.all_passed, loaded)
import torch
print(torch._dynamo.config.__name__)
"""


@pytest.mark.slow
def test_the_judge_takes_torchs_own_optimiser_for_a_reference_without_its_compiler():
    """And whoever asks for more of the compiler gets the real one."""
    done = subprocess.run([sys.executable, "-c", JUDGES], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["True []", "torch._dynamo.config"], done.stderr
