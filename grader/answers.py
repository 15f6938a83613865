"""One call of a check with all that is known of it: what judging, diagnosing and drawing look at."""

from __future__ import annotations

from dataclasses import dataclass

from grader.calls import Call, Outcome, Value
from grader.comparing import Difference
from grader.exercise import Check


@dataclass(frozen=True)
class Answer:
    """One call, what came of it, what was expected, and how the two differ."""

    check: Check
    call: Call
    outcome: Outcome
    expected: Value
    difference: Difference | None
