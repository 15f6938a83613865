"""How long a timed check took, beside a right program on the same device: a remark and a drawing, never points.

The supervisor's clock counts, from one answer to the next; the box waits for its device before it answers, so nothing
that is still under way goes uncounted. The clock lies outside the box: a program can only make its times longer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from grader.asking import ask, in_order_of_asking
from grader.calls import File, Ran, Run
from grader.errors import DeviceLost
from grader.exercise import Exercise, Planned
from grader.messages import Finding, Job, Remark, Text, Trace

FIRST = 1  # calls of a timed check that only warm up: the first one loads what all use


def pace(
    job: Job, exercise: Exercise, plan: tuple[Planned, ...], ran: Ran, findings: tuple[Finding, ...], run: Run
) -> tuple[tuple[Remark, ...], tuple[Trace, ...]]:
    """What is said and drawn of the timed checks that passed. `run` may be asked for one more box."""
    passed = {finding.check for finding in findings if finding.passed}
    timed = [p for p in plan if p.check.timed and p.check.public and p.check.device != "cpu" and p.check.name in passed]
    if not timed or not exercise.pace or not exercise.pace.is_file():
        return (), ()
    traces = tuple(_traces(exercise, timed, plan, ran, _of_reference(job, exercise, plan, run)))
    return tuple(took(trace) for trace in traces), traces


def took(trace: Trace) -> Remark:
    """How long the last, largest call of a timed check took beside the reference."""
    got, expected = trace.got[-1], trace.expected[-1]
    times, right = f"{got / expected:.1f}", f"{expected:.3f}"
    return Remark(
        "pace",
        Text(
            f"{trace.title.en}: the last took {got:.3f} s, {times} times the {right} s of the reference (no points).",
            f"{trace.title.zh}：最后一次用时 {got:.3f} 秒，是参考实现（{right} 秒）的 {times} 倍；不影响得分。",
        ),
    )


def _traces(
    exercise: Exercise, timed: list[Planned], plan: tuple[Planned, ...], ran: Ran, reference: tuple[float, ...]
) -> Iterator[Trace]:
    starts = _starts(plan)
    there = min((start for check, start in starts.items() if _is_there(plan, check)), default=0)
    for planned in timed:
        start, calls = starts[planned.check.name] + FIRST, len(planned.calls) - FIRST
        got = ran.each[start : start + calls]
        expected = reference[start - there : start - there + calls]
        if calls > 0 and len(got) == len(expected) == calls and all(map(math.isfinite, (*got, *expected))):
            yield Trace(exercise.title(planned.check), got, expected, None, "s")


def _is_there(plan: tuple[Planned, ...], check: str) -> bool:
    return any(p.check.name == check and p.check.device != "cpu" for p in plan)


def _starts(plan: tuple[Planned, ...]) -> dict[str, int]:
    """Where the calls of each check begin, in the order of asking."""
    starts, position = {}, 0
    for planned in in_order_of_asking(plan):
        starts[planned.check.name] = position
        position += len(planned.calls)
    return starts


def _of_reference(job: Job, exercise: Exercise, plan: tuple[Planned, ...], run: Run) -> tuple[float, ...]:
    """The seconds of each call on the device by the exercise's pace, measured once and kept; none where that fails."""
    kept = _kept(exercise.name, exercise.edition)
    if not kept and exercise.pace:
        file = File(exercise.pace.name, exercise.pace.read_text(encoding="utf-8"))
        try:
            kept.append(run(ask(replace(job, files=(file,)), exercise, plan, "gpu")).each)
        except DeviceLost:
            return ()
    return kept[0] if kept else ()


@cache
def _kept(name: str, edition: str) -> list[tuple[float, ...]]:
    """Of this process, for one edition: the times of the sizes do not depend on the seed."""
    del name, edition
    return []
