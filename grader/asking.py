"""What a box is asked: the planned calls as a Request, public ones first, and its outcomes put in order again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import accumulate

from torch import Tensor

from grader.calls import Device, Failed, Outcome, Profile, Request, Value
from grader.exercise import Exercise, Planned
from grader.messages import Job

DOCSTRING = re.compile(r'^[ \t]*[rRuU]?("""|\'\'\').*?\1', re.MULTILINE | re.DOTALL)


def ask(job: Job, exercise: Exercise, plan: tuple[Planned, ...], device: Device = "cpu") -> Request:
    """What the box for one device is told: no title, no point, no tolerance, no answer.

    The calls of public checks come first, and are answered before the box is told of any other.
    """
    plan = tuple(planned for planned in plan if planned.check.device == device)
    calls = [call for planned in in_order_of_asking(plan) for call in planned.calls]
    public = sum(len(planned.calls) for planned in plan if planned.check.public)
    return Request(
        files=job.files,
        calls=tuple(replace(call, arguments=tuple(map(without_torch, call.arguments))) for call in calls),
        needs=exercise.needs,
        given=exercise.sheet.given,
        profile=_profile(job, exercise, device),
        guards=exercise.forbid,
        seed=int.from_bytes(hashlib.sha256(f"box/{job.seed}".encode()).digest()[:4], "little"),
        seconds=exercise.seconds,
        first=public if public < len(calls) else None,
    )


def _profile(job: Job, exercise: Exercise, device: Device) -> Profile:
    if device != "cpu":
        return device
    return "torch" if exercise.profile == "torch" or imports_torch(job) else "plain"


def in_order_of_asking(plan: tuple[Planned, ...]) -> list[Planned]:
    """First the box on the CPU; in each first public checks: what is said before others are known cannot tell them."""
    return sorted(plan, key=lambda planned: (planned.check.device != "cpu", not planned.check.public))


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
