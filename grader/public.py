"""Only the public checks of an exercise: what may run on a student's machine or a course's runner.

The hidden ones are neither drawn nor put to the box; a report names them, as not run, with where they will be.
"""

from __future__ import annotations

import copy
from dataclasses import replace

from grader.exercise import Check, Exercise
from grader.messages import Finding, Report, Text

ELSEWHERE = Text(
    "a hidden check: it runs when you hand in to the course",
    "隐藏检查：提交到课程后才会运行",
)


def only_public(exercise: Exercise) -> Exercise:
    """The same exercise as if it had no hidden checks. One that waits for a hidden check waits no more."""
    public = {check.name for check in exercise.checks if check.public}
    narrowed = copy.copy(exercise)
    narrowed.checks = [_alone(check, public) for check in exercise.checks if check.public]
    return narrowed


def _alone(check: Check, public: set[str]) -> Check:
    return replace(check, after=tuple(name for name in check.after if name in public))


def with_hidden(report: Report, exercise: Exercise) -> Report:
    """A report on `only_public(exercise)`, with the hidden checks named in their places as not run."""
    run = {finding.check: finding for finding in report.findings}
    return replace(report, findings=tuple(run.get(check.name) or _hidden(exercise, check) for check in exercise.checks))


def _hidden(exercise: Exercise, check: Check) -> Finding:
    return Finding(check.name, "", exercise.title(check), None, 0.0, check.points, public=False, detail=ELSEWHERE)
