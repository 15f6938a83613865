"""What a push costs on a runner is measured by a command."""

from __future__ import annotations

import json

import pytest


@pytest.mark.slow
@pytest.mark.box
def test_a_push_is_measured_in_the_environment_that_is_there(grader):
    """Its processor time, for a machine that is busy with other things makes everything else wait."""
    code, out, err = grader("bench", "ci", "--warm", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert found.keys() == {"warm"}
    assert 0 < found["warm"]["cpu_seconds"] < 6
    assert found["warm"]["seconds"] > 0
