"""What a program does whatever the exercise: it ignores its arguments, writes into them, or is short of digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader import sentences
from grader.answers import Answer
from grader.arrays import BY_EYE, FLOAT32, Array, leaves, mostly_float32
from grader.calls import Returned, Value
from grader.comparing import same
from grader.messages import Remark

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
    if any(mostly_float32(arrays) for arrays in _by_part(answers)):
        yield sentences.FLOAT32


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
