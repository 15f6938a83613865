"""How a job becomes a report: plan the calls, run them in a box, judge, diagnose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from grader import sentences
from grader.answers import Answer
from grader.asking import in_order_of_checks
from grader.calls import Call, Failed, File, Outcome, Ran, Run, Value
from grader.comparing import Difference, compare
from grader.devices import run_everywhere
from grader.diagnosing import diagnose, refuse_differences, whose
from grader.errors import DeviceLost
from grader.exercise import Check, Exercise, Planned
from grader.messages import Finding, Job, Remark, Report, Text, Thought
from grader.noticing import notes
from grader.pacing import pace
from grader.picturing import pictures
from grader.rules import forbidden_ways, looks_inside

Passed = bool | None  # None: not run


@dataclass(frozen=True)
class Key:
    """The planned calls of one seed and the reference's answers to them."""

    plan: tuple[Planned, ...]
    answers: tuple[Value, ...]


@dataclass(frozen=True)
class Marked:
    """A submission with its verdicts, before anybody asks what went wrong."""

    ran: Ran
    answers: tuple[Answer, ...]
    refused: Thought | None
    findings: tuple[Finding, ...]
    plan: tuple[Planned, ...] = ()
    lost: bool = False  # the job asked for a device that could not be had


def grade(job: Job, exercise: Exercise, run: Run) -> Report:
    """Grade one submission. `run` is the box; everything it says is data, never a verdict.

    Raises ExerciseError where the exercise is at fault, and whatever `run` raises where we are.
    """
    marked = mark(job, exercise, run)
    ran = marked.ran
    diagnosis = diagnose(exercise, marked.answers, marked.refused)
    paced, times = pace(job, exercise, marked.plan, ran, marked.findings, run)
    return Report(
        exercise=exercise.name,
        title=exercise.sheet.title,
        edition=exercise.edition,
        seed=job.seed,
        findings=marked.findings,
        thoughts=diagnosis.thoughts,
        broken_laws=diagnosis.broken_laws,
        remarks=(*diagnosis.remarks, *looks_inside(ran), *said_of(marked, job), *paced),
        trouble=sentences.trouble(ran.trouble, exercise.needs, job.files) if ran.trouble else None,
        pictures=(*pictures(exercise, marked.answers, diagnosis.thoughts), *times),
        files=job.files,
        stdout=ran.stdout,
        stderr=ran.stderr,
        seconds=ran.seconds,
    )


def said_of(marked: Marked, job: Job) -> tuple[Remark, ...]:
    """What happened on the way and stopped nothing."""
    return (*notes((*job.notes, *marked.ran.notes)), *([sentences.GPU_LOST] if marked.lost else []))


def mark(job: Job, exercise: Exercise, run: Run) -> Marked:
    """Only the verdicts. Raises what `grade` raises."""
    key = answer_key(exercise, job.seed, job.device)
    try:
        ran = run_everywhere(job, exercise, key.plan, run)
    except DeviceLost:  # a fault of ours, which takes no point and holds up nobody
        there = mark(replace(job, device="cpu"), exercise, run)
        return replace(there, lost=True)
    outcomes = in_order_of_checks(key.plan, ran.outcomes)
    answers = refuse_differences(exercise, tuple(pair(exercise, key, outcomes, job.files)))
    refused = forbidden_ways(exercise, ran, job.files)
    findings = () if ran.trouble else tuple(judge(exercise, key, answers, job.device, refused))
    return Marked(ran, answers, refused, findings or tuple(not_run(exercise, job.device)), key.plan)


@lru_cache(maxsize=128)
def answer_key(exercise: Exercise, seed: str, device: str = "cpu") -> Key:
    """The reference's answers, worked out once for an exercise's edition, a seed and a device.

    A check for another device has no calls: they would fail in a box that lacks it.
    """
    absent = not_here(exercise, device)
    plan = tuple(Planned(p.check, ()) if p.check.name in absent else p for p in exercise.plan(seed))
    calls = [call for planned in plan for call in planned.calls]
    return Key(plan, tuple(exercise.answer(call) for call in calls))


def pair(exercise: Exercise, key: Key, outcomes: tuple[Outcome, ...], files: tuple[File, ...] = ()) -> Iterator[Answer]:
    """Each planned call with its outcome, the expected value and the difference, if any."""
    position = 0
    for planned in key.plan:
        for call in planned.calls:
            outcome, expected = outcomes[position], key.answers[position]
            difference = differ(exercise, planned.check, call, outcome, expected, files)
            yield Answer(planned.check, call, outcome, expected, difference)
            position += 1


def differ(
    exercise: Exercise, check: Check, call: Call, outcome: Outcome, expected: Value, files: tuple[File, ...] = ()
) -> Difference | None:
    """How an outcome misses what the check asks for; None where it does not."""
    if isinstance(outcome, Failed):
        return Difference(sentences.failure(outcome, files, exercise.sheet.of("starter")))
    returns = exercise.functions[call.function].returns
    return compare(outcome.value, expected, check.tolerance, returns, check.part)


def judge(
    exercise: Exercise, key: Key, answers: tuple[Answer, ...], device: str, refused: Thought | None
) -> Iterator[Finding]:
    """A verdict for every check, in order; a check after one that did not pass is not run."""
    absent, passed = not_here(exercise, device), dict[str, bool]()
    for planned in key.plan:
        check = planned.check
        mine = [answer for answer in answers if answer.check is check]
        blocked = [name for name in check.after if not passed.get(name)]
        if check.name in absent:
            yield verdict(exercise, check, mine, None, sentences.NO_GPU)
        elif blocked:
            yield verdict(exercise, check, mine, None, sentences.blocked(exercise, blocked))
        elif refused:
            yield verdict(exercise, check, mine, False, sentences.refused_way(refused))
        else:
            wrong = next((answer for answer in mine if answer.difference), None)
            passed[check.name] = wrong is None
            detail = sentences.difference(wrong, mine, whose(exercise, wrong.call)) if wrong else None
            yield verdict(exercise, check, mine, wrong is None, detail)


def not_here(exercise: Exercise, device: str) -> set[str]:
    """The checks for another device, and those that build on them: nobody can pass them here, and they cost nothing."""
    absent: set[str] = set()
    for check in exercise.checks:
        if check.device not in {"cpu", device} or absent & set(check.after):
            absent.add(check.name)
    return absent


def verdict(exercise: Exercise, check: Check, answers: list[Answer], passed: Passed, detail: Text | None) -> Finding:
    """The finding for one check. A check for a device that is not here costs nothing."""
    functions = {answer.call.function for answer in answers}
    return Finding(
        check=check.name,
        function=", ".join(sorted(functions)),
        title=exercise.title(check),
        passed=passed,
        points=check.points if passed else 0.0,
        out_of=0.0 if detail is sentences.NO_GPU else check.points,
        public=check.public,
        detail=detail,
        device=check.device,
    )


def not_run(exercise: Exercise, device: str) -> Iterator[Finding]:
    """Findings for a submission that could not be loaded: nothing was run, nothing is earned."""
    absent = not_here(exercise, device)
    for check in exercise.checks:
        yield verdict(exercise, check, [], None, sentences.NO_GPU if check.name in absent else None)
