"""A box made of trusted code: how references, misconceptions and cheap answers are graded in process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grader.asking import in_order_of_asking, without_torch
from grader.calls import Call, Ran, Request, Run, Value
from grader.exercise import Exercise
from grader.grading import answer_key, grade, mark
from grader.messages import Finding, Job, Report
from grader.predicting import attempt

Reply = Callable[[Call], Value]


def rehearsal(exercise: Exercise, seed: str) -> Job:
    """A job without files."""
    return Job("rehearsal", "", 0, exercise.name, exercise.edition, (), seed)


def grade_reply(exercise: Exercise, seed: str, reply: Reply) -> Report:
    """The report for a submission that answers with `reply`."""
    return grade(rehearsal(exercise, seed), exercise, run_in_process(exercise, seed, reply))


def mark_reply(exercise: Exercise, seed: str, reply: Reply) -> tuple[Finding, ...]:
    """Only the verdicts on a submission that answers with `reply`."""
    return mark(rehearsal(exercise, seed), exercise, run_in_process(exercise, seed, reply)).findings


def run_in_process(exercise: Exercise, seed: str, reply: Reply) -> Run:
    """A box in which `reply` answers each planned call."""

    def run(request: Request) -> Ran:
        del request
        plan = in_order_of_asking(answer_key(exercise, seed).plan)
        calls = [call for planned in plan for call in planned.calls]
        return Ran(tuple(attempt(partial(_answered, reply, call)) for call in calls))

    return run


def _answered(reply: Reply, call: Call) -> Value:
    return without_torch(reply(call))
