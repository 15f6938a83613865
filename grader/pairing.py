"""Two misconceptions at once: where none explains the answers alone, the one pair that does.

Mistakes in different parts stand side by side; mistakes in one formula multiply (a factor and a sign) or add up
(two terms left out). Other ways of meeting, as in training runs, are not guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations

import numpy as np

from grader.answers import Answer
from grader.arrays import BY_EYE, TINY, Array, agreeing, as_array
from grader.calls import Returned, Value
from grader.comparing import Difference, split
from grader.exercise import Exercise, Misconception

Pieces = list[dict[str, Array]]  # for each answer its parts by name
Pair = tuple[Misconception, Misconception]
Predict = Callable[[Misconception, Answer], Value]
ENOUGH = 2  # answers that must differ from the right ones through each of the two


def explaining_pair(
    exercise: Exercise, answers: list[Answer], known: list[Misconception], predict: Predict
) -> Pair | None:
    """The only pair of `known` misconceptions that explains all the answers together; None where there is not one."""
    got = _pieces(exercise, answers, _returned)
    right = _pieces(exercise, answers, lambda answer: answer.expected)
    if got is None or right is None or len(answers) < ENOUGH:
        return None
    found = [(each, _pieces(exercise, answers, partial(predict, each))) for each in known]
    possible = [(each, pieces) for each, pieces in found if pieces and _separates(pieces, right)]
    fitting = [(one, other) for (one, a), (other, b) in combinations(possible, 2) if _meet(got, right, a, b)]
    return fitting[0] if len(fitting) == 1 else None


def _returned(answer: Answer) -> Value:
    return answer.outcome.value if isinstance(answer.outcome, Returned) else None


def _pieces(exercise: Exercise, answers: list[Answer], value: Callable[[Answer], Value]) -> Pieces | None:
    """The named parts of each answer as arrays; None where one is not of the expected structure."""
    pieces = []
    for answer in answers:
        parts = split(value(answer), answer.expected, exercise.functions[answer.call.function].returns)
        if isinstance(parts, Difference):
            return None
        try:
            arrays = {part.name: np.asarray(as_array(part.got), dtype=float) for part in parts}
        except (ValueError, TypeError):
            return None
        if any(arrays[part.name].shape != part.expected.shape for part in parts):
            return None
        pieces.append(arrays)
    return pieces


def _separates(pieces: Pieces, right: Pieces) -> bool:
    differing = [any(not _equal(p[name], r[name]) for name in r) for p, r in zip(pieces, right, strict=True)]
    return sum(differing) >= ENOUGH


def _meet(got: Pieces, right: Pieces, one: Pieces, other: Pieces) -> bool:
    """Whether two misconceptions together predict every part, each part in one and the same way throughout."""
    names = {name for parts in right for name in parts}
    ways = {name: set(_ways(name, got, right, one, other)) for name in names}
    if not all(ways.values()):
        return False
    used = set().union(*ways.values())
    return bool(used & {"product", "sum"}) or {"one", "other"} <= used


def _ways(name: str, got: Pieces, right: Pieces, one: Pieces, other: Pieces) -> Iterator[str]:
    """How a part can have come about from the two."""
    rows = [
        (g[name], r[name], a[name], b[name]) for g, r, a, b in zip(got, right, one, other, strict=True) if name in g
    ]
    if all(_equal(g, r) for g, r, _, _ in rows):
        yield "right"
    elif all(_equal(g, a) for g, _, a, _ in rows):
        yield "one"
    elif all(_equal(g, b) for g, _, _, b in rows):
        yield "other"
    elif all(_equal(g, _product(r, a, b)) for g, r, a, b in rows):
        yield "product"
    elif all(_equal(g, a + b - r) for g, r, a, b in rows):
        yield "sum"


def _product(right: Array, one: Array, other: Array) -> Array:
    """What two factors make of a value; 0 stays 0."""
    used = np.abs(right) > TINY
    result: Array = np.where(used, one * other / np.where(used, right, 1.0), 0.0)
    return result


def _equal(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(agreeing(one, other, BY_EYE).all())
