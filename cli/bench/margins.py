"""How much of its tolerance a right program uses on a device, against the reference in float64 on the CPU."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import torch

import assignments
from grader.arrays import as_array, used
from grader.calls import Call, Name, Value
from grader.comparing import Difference, split
from grader.entries import Check, Misconception
from grader.exercise import Exercise

HEAD = ("| exercise | check | in | tolerance | seeds | most of it used |", "|---|---|---|---|---|---|")


def lacking(device: str) -> str:
    """Why nothing can be measured on a device; empty where it can."""
    if device != "cuda" or torch.cuda.is_available():
        return ""
    return "this torch sees no GPU" if torch.version.cuda else f"torch {torch.__version__} was built without CUDA"


def table(seeds: int, device: str) -> Iterator[str]:
    """The rows of a table in Markdown, one for each check for a GPU."""
    torch.set_float32_matmul_precision("highest")
    yield from HEAD
    for sheet in assignments.sheets():
        if any(entry.options.get("device") == "gpu" for entry in sheet.of("check")):
            exercise = assignments.find(sheet.name)
            yield from (row(exercise, check, seeds, device) for check in exercise.checks if check.device == "gpu")


def row(exercise: Exercise, check: Check, seeds: int, device: str) -> str:
    """One check; of one that is timed, whose inputs are large, a hundredth of the draws."""
    count = max(seeds // 100, 1) if check.timed else seeds
    share = most_used(exercise, check, count, device)
    kind = check.dtype or "float32"
    return f"| `{exercise.name}` | `{check.name}` | {kind} | {check.tolerance:g} | {count} | {share:.1%} |"


def most_used(exercise: Exercise, check: Check, seeds: int, device: str) -> float:
    """The largest share of the tolerance that a right program's answers use, over many draws of the inputs."""
    return max(_used(exercise, check, str(seed), device) for seed in range(seeds))


def _used(exercise: Exercise, check: Check, seed: str, device: str) -> float:
    planned = next(planned for planned in exercise.plan(seed) if planned.check.name == check.name)
    return max(_used_by(exercise, check, call, device) for call in planned.calls)


def _used_by(exercise: Exercise, check: Check, call: Call, device: str) -> float:
    moved = replace(call, arguments=tuple(_moved(a, device, check.dtype) for a in call.arguments))
    got = exercise.answer(moved, thinking=_right(exercise, next(a.name for a in call.arguments if isinstance(a, Name))))
    parts = split(_home(got), exercise.answer(call), exercise.functions[call.function].returns)
    if isinstance(parts, Difference):
        return float("inf")
    return max(used(as_array(part.got), part.expected, check.tolerance) for part in parts)


@cache
def _right(exercise: Exercise, function: str) -> Misconception:
    """What stands for a student's function: the exercise's pace, which moves what it needs, or the reference."""
    written = runpy.run_path(str(exercise.pace)) if exercise.pace else exercise.references
    return Misconception("", "right", function, written[function], None)


def _moved(value: Value, device: str, dtype: str) -> Value:
    if isinstance(value, dict):
        return {key: _moved(item, device, dtype) for key, item in value.items()}
    if not isinstance(value, torch.Tensor):
        return value
    cast = value.to(getattr(torch, dtype)) if dtype and value.is_floating_point() else value
    return cast.to(device)


def _home(value: Value) -> Value:
    """As it crosses the wall of a box."""
    if isinstance(value, dict):
        return {key: _home(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_home(item) for item in value)
    if not isinstance(value, torch.Tensor):
        return value
    home = value.detach().cpu()
    return (home.float() if home.dtype == torch.bfloat16 else home).numpy()
