"""The laws that hold for all exercises, proved in process on trusted code: `grader verify` and the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.calls import Call, Failed, Name, Outcome, Ran, Request, Returned, Run, Value
from grader.exercise import Exercise, Function, Misconception
from grader.grading import answer_key, grade, without_torch
from grader.messages import Job, Report

Reply = Callable[[Call], Value]


def run_in_process(exercise: Exercise, seed: str, reply: Reply) -> Run:
    """A box made of trusted code: `reply` answers each planned call."""

    def run(request: Request) -> Ran:
        del request
        calls = [call for planned in answer_key(exercise, seed).plan for call in planned.calls]
        return Ran(tuple(_outcome(reply, call) for call in calls))

    return run


def _outcome(reply: Reply, call: Call) -> Outcome:
    try:
        return Returned(without_torch(reply(call)))
    except Exception as error:  # noqa: BLE001 - a mutant may fail in any way; that is its answer
        return Failed("raised", f"{type(error).__name__}: {error}")


def grade_reply(exercise: Exercise, seed: str, reply: Reply) -> Report:
    """The report for a submission that answers with `reply`."""
    job = Job("verify", "", 0, exercise.name, exercise.edition, (), seed)
    return grade(job, exercise, run_in_process(exercise, seed, reply))
