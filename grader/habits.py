"""What a program does whatever the exercise: it ignores its arguments, writes into them, or is short of digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader import sentences
from grader.answers import Answer
from grader.arrays import BY_EYE, FLOAT32, Array, leaves, mostly_float32
from grader.calls import Returned, Value
from grader.comparing import same
from grader.messages import Remark, Text

DIFFERENT = 3  # questions that must have been given one and the same answer


def ignores_arguments(answers: list[Answer]) -> bool:
    """The same answer to different questions: to three or more whose right answers all differ from one another."""
    returned = [(a.outcome.value, a.expected) for a in answers if isinstance(a.outcome, Returned)]
    different: list[tuple[Value, Value]] = []
    for value, expected in returned:
        if not any(_alike(expected, other) for _, other in different):
            different.append((value, expected))
    if len(different) < DIFFERENT:
        return False
    first = returned[0][0]
    arrays = list(leaves(first))
    telling = all(np.isfinite(array).all() for array in arrays) and any(array.any() for array in arrays)
    return telling and all(_alike(value, first) for value, _ in returned)


def _alike(one: Value, other: Value) -> bool:
    try:
        return same(one, other, BY_EYE)
    except ValueError:
        return False


def habits(answers: tuple[Answer, ...]) -> Iterator[Remark]:
    """Remarks that hold whether or not the answers are right."""
    returned = [(a.call, a.outcome) for a in answers if isinstance(a.outcome, Returned)]
    written = next(((call, outcome) for call, outcome in returned if outcome.changed), None)
    if written:
        yield sentences.argument_written(written[0].function, written[1].changed[0])
    strayed = next((call for call, outcome in returned if outcome.strayed), None)
    if strayed:
        yield fell_back(strayed.function)
    if any(mostly_float32(arrays) for arrays in _by_part(answers)):
        yield sentences.FLOAT32


def fell_back(function: str) -> Remark:
    """An answer lay on the CPU though the arguments were on the GPU."""
    return Remark(
        "cpu-fallback",
        Text(
            f"{function} was given tensors on the GPU and gave back some on the CPU. Make new tensors where x is "
            "(`device=x.device`), and leave results there.",
            f"{function} 收到的张量在 GPU 上，返回的却有一部分在 CPU 上。新张量请建在 x 所在的设备上"
            "（`device=x.device`），结果也留在那里。",
        ),
    )


def _by_part(answers: tuple[Answer, ...]) -> Iterator[list[Array]]:
    """The arrays of each part of what each function returned, from all its answers that are to be precise."""
    parts: dict[tuple[str, int], list[Array]] = {}
    for answer in answers:
        if not isinstance(answer.outcome, Returned) or answer.check.tolerance >= FLOAT32:
            continue
        value = answer.outcome.value
        for place, part in enumerate(value if isinstance(value, tuple) else [value]):
            parts.setdefault((answer.call.function, place), []).extend(leaves(part))
    yield from parts.values()
