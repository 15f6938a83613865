"""How a job becomes a report: plan the calls, run them in a box, judge, diagnose."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from torch import Tensor

from grader import sentences
from grader.answers import Answer
from grader.calls import Call, Failed, File, Outcome, Ran, Request, Run, Value
from grader.comparing import Difference, compare
from grader.diagnosing import diagnose, refuse_differences, whose
from grader.exercise import Check, Exercise, Planned
from grader.messages import Finding, Job, Report, Text, Thought
from grader.noticing import notes
from grader.picturing import pictures
from grader.rules import forbidden_ways, looks_inside

Passed = bool | None  # None: not run

DOCSTRING = re.compile(r'^[ \t]*[rRuU]?("""|\'\'\').*?\1', re.MULTILINE | re.DOTALL)


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


def grade(job: Job, exercise: Exercise, run: Run) -> Report:
    """Grade one submission. `run` is the box; everything it says is data, never a verdict.

    Raises ExerciseError where the exercise is at fault, and whatever `run` raises where we are.
    """
    marked = mark(job, exercise, run)
    ran = marked.ran
    diagnosis = diagnose(exercise, marked.answers, marked.refused)
    return Report(
        exercise=exercise.name,
        title=exercise.sheet.title,
        edition=exercise.edition,
        seed=job.seed,
        findings=marked.findings,
        thoughts=diagnosis.thoughts,
        broken_laws=diagnosis.broken_laws,
        remarks=(*diagnosis.remarks, *looks_inside(ran), *notes((*job.notes, *ran.notes))),
        trouble=sentences.trouble(ran.trouble, exercise.needs, job.files) if ran.trouble else None,
        pictures=pictures(exercise, marked.answers, diagnosis.thoughts),
        files=job.files,
        stdout=ran.stdout,
        stderr=ran.stderr,
        seconds=ran.seconds,
    )


def mark(job: Job, exercise: Exercise, run: Run) -> Marked:
    """Only the verdicts. Raises what `grade` raises."""
    key = answer_key(exercise, job.seed, job.device)
    ran = run(ask(job, exercise, key.plan))
    outcomes = in_order_of_checks(key.plan, ran.outcomes)
    answers = refuse_differences(exercise, tuple(pair(exercise, key, outcomes, job.files)))
    refused = forbidden_ways(exercise, ran, job.files)
    findings = () if ran.trouble else tuple(judge(exercise, key, answers, job.device, refused))
    return Marked(ran, answers, refused, findings or tuple(not_run(exercise, job.device)))


@lru_cache(maxsize=128)
def answer_key(exercise: Exercise, seed: str, device: str = "cpu") -> Key:
    """The reference's answers, worked out once for an exercise's edition, a seed and a device.

    A check for another device has no calls: they would fail in a box that lacks it.
    """
    absent = not_here(exercise, device)
    plan = tuple(Planned(p.check, ()) if p.check.name in absent else p for p in exercise.plan(seed))
    calls = [call for planned in plan for call in planned.calls]
    return Key(plan, tuple(exercise.answer(call) for call in calls))


def ask(job: Job, exercise: Exercise, plan: tuple[Planned, ...]) -> Request:
    """What the box is told: no title, no point, no tolerance, no answer.

    The calls of public checks come first, and are answered before the box is told of any other.
    """
    calls = [call for planned in in_order_of_asking(plan) for call in planned.calls]
    public = sum(len(planned.calls) for planned in plan if planned.check.public)
    return Request(
        files=job.files,
        calls=tuple(Call(call.function, tuple(without_torch(a) for a in call.arguments)) for call in calls),
        needs=exercise.needs,
        given=exercise.sheet.given,
        profile="torch" if exercise.profile == "torch" or imports_torch(job) else "plain",
        guards=exercise.forbid,
        seed=int.from_bytes(hashlib.sha256(f"box/{job.seed}".encode()).digest()[:4], "little"),
        seconds=exercise.seconds,
        first=public if public < len(calls) else None,
    )


def in_order_of_asking(plan: tuple[Planned, ...]) -> list[Planned]:
    """Public checks first: what a program says before it knows other inputs cannot tell them."""
    return sorted(plan, key=lambda planned: not planned.check.public)


def checks_answered(plan: tuple[Planned, ...], calls: int) -> tuple[int, int]:
    """How many checks are answered when so many calls are, and of how many."""
    ends = list(accumulate(len(planned.calls) for planned in in_order_of_asking(plan) if planned.calls))
    return sum(end <= calls for end in ends), len(ends)


def in_order_of_checks(plan: tuple[Planned, ...], outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcome of every call in the order of the plan, from outcomes in the order of asking."""
    given = iter(outcomes)
    found = {p.check.name: [next(given, Failed("not reached")) for _ in p.calls] for p in in_order_of_asking(plan)}
    return tuple(outcome for planned in plan for outcome in found[planned.check.name])


def imports_torch(job: Job) -> bool:
    """Whether a file wants torch; its arguments then are tensors instead of arrays."""
    codes = (DOCSTRING.sub("", file.text) for file in job.files if "torch" in file.text)
    statements = (part for code in codes for line in code.splitlines() for part in line.split(";"))
    return any(names_torch(statement.split()) for statement in statements if "torch" in statement)


def names_torch(words: list[str]) -> bool:
    """Whether words are an import of torch, and no sentence about it."""
    if words[0] == "from":
        return words[1].split(".")[0] == "torch" and "".join(words[2:3]).startswith("import")
    named = [module.split() for module in " ".join(words[1:]).partition("#")[0].split(",")]
    return words[0] == "import" and any(
        module and module[0].split(".")[0] == "torch" and module[1:2] in ([], ["as"]) for module in named
    )


def without_torch(value: Value) -> Value:
    """The same value with arrays in place of tensors."""
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, tuple | list):
        return type(value)(without_torch(item) for item in value)
    if isinstance(value, dict):
        return {key: without_torch(item) for key, item in value.items()}
    return value


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
    )


def not_run(exercise: Exercise, device: str) -> Iterator[Finding]:
    """Findings for a submission that could not be loaded: nothing was run, nothing is earned."""
    absent = not_here(exercise, device)
    for check in exercise.checks:
        yield verdict(exercise, check, [], None, sentences.NO_GPU if check.name in absent else None)
