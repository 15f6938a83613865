"""Two misconceptions at once: where none explains the answers alone, the one pair that does.

Mistakes in different parts stand side by side; mistakes in one formula multiply (a factor and a sign) or add up
(two terms left out); where one of them only moves values (transposes them, sums them up), it moves the other's; where
one of them only makes the steps of a training run longer, shorter or backward, it does so to the other's. Other ways of
meeting are not guessed at.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, product

import numpy as np

from grader.answers import Answer
from grader.arrays import BY_EYE, TINY, Array, agreeing, as_array
from grader.calls import Call, Returned, Value
from grader.comparing import Difference, split
from grader.errors import ExerciseError
from grader.exercise import Exercise, Misconception
from grader.messages import Text

Pieces = list[dict[str, Array]]  # for each answer its parts by name
Row = tuple[Array, Array, Array, Array]  # an answer, the right one, that of one misconception, that of the other
Move = Callable[[Array], Array]
Predict = Callable[[Misconception, Answer], Value]
Known = list[tuple[Misconception, Pieces]]  # misconceptions with what they answer
Explanation = tuple[tuple[Misconception, Text], ...]  # misconceptions, each with what is to be added to its hint

GOT, RIGHT, ONE, OTHER = range(4)
TOGETHER = {"moved", "product", "sum"}  # ways that take both
MOVES: tuple[Move, ...] = (np.transpose, np.sum)  # what a mistake can do to values and nothing else
ENOUGH = 2  # answers that must differ from the right ones through each of the two
NOTHING = Text("", "")
STEP_SIZE = "lr"  # what exercises call the learning rate
SCALES = (-1.0, 0.5, 2.0)  # of steps: uphill, without the 2 of the square, with a ½ that is not there


def _turned(array: Array) -> Array:
    return array.T if array.ndim == 2 else array


BESIDES: tuple[tuple[Move, Text], ...] = (  # what may have happened to all values, beside a misconception
    (np.negative, Text(" Besides, the sign is flipped everywhere.", "此外，所有的符号都反了。")),
    (_turned, Text(" Besides, the matrix is transposed.", "此外，矩阵被转置了。")),
    (
        lambda a: -_turned(a),
        Text(" Besides, it is transposed, with the sign flipped.", "此外，矩阵被转置，符号也反了。"),
    ),
    (lambda a: 2.0 * a, Text(" Besides, everything is twice as large.", "此外，所有的值都大了一倍。")),
    (lambda a: 0.5 * a, Text(" Besides, everything is half as large.", "此外，所有的值都小了一半。")),
)


def explaining_together(
    exercise: Exercise, answers: list[Answer], known: list[Misconception], predict: Predict
) -> Explanation:
    """The only two of `known`, or the only one with something simple besides, that explain all the answers together."""
    got = _pieces(exercise, answers, _returned)
    right = _pieces(exercise, answers, lambda answer: answer.expected)
    if got is None or right is None or len(answers) < ENOUGH:
        return ()
    found = [(each, _pieces(exercise, answers, partial(predict, each))) for each in known]
    possible = [(each, pieces) for each, pieces in found if pieces and _separates(pieces, right)]
    pairs = [(one, other) for (one, a), (other, b) in combinations(possible, 2) if _meet(got, right, a, b)]
    pairs = pairs or list(_other_steps(exercise, answers, possible, got, predict))
    if pairs:
        return tuple((each, NOTHING) for each in pairs[0]) if len(pairs) == 1 else ()
    if any(_all_moved(move, right, got) for move, _ in BESIDES):
        return ()  # the pattern alone explains it
    besides = [(each, words) for each, pieces in possible for move, words in BESIDES if _all_moved(move, pieces, got)]
    return tuple(besides) if len(besides) == 1 else ()


def _other_steps(
    exercise: Exercise, answers: list[Answer], possible: Known, got: Pieces, predict: Predict
) -> Iterator[tuple[Misconception, Misconception]]:
    """Two misconceptions of which the first takes the right steps, but times a number; so it does with the other's."""
    if any(_step_size(exercise, answer.call) is None for answer in answers):
        return
    paired: list[set[str]] = []
    for scale in SCALES:
        scaled = [replace(answer, call=_with_steps(exercise, answer.call, scale)) for answer in answers]
        steps = _pieces(exercise, scaled, lambda answer: _reference(exercise, answer))
        striding = [each for each, pieces in possible if steps and _agree(pieces, steps)]
        for one, (other, _) in product(striding, possible):
            pieces = _pieces(exercise, scaled, partial(predict, other)) if one is not other else None
            if pieces and _agree(pieces, got) and {one.name, other.name} not in paired:
                paired.append({one.name, other.name})
                yield one, other


def _reference(exercise: Exercise, answer: Answer) -> Value:
    """The right answer; None where there is none: an optimiser may refuse to walk uphill."""
    try:
        return exercise.answer(answer.call)
    except ExerciseError:
        return None


def _step_size(exercise: Exercise, call: Call) -> int | None:
    """Which argument of a call is the learning rate; None where none is."""
    names = list(inspect.signature(exercise.functions[call.function].implementation).parameters)
    place = names.index(STEP_SIZE) if STEP_SIZE in names else len(call.arguments)
    return place if place < len(call.arguments) else None


def _with_steps(exercise: Exercise, call: Call, scale: float) -> Call:
    place = _step_size(exercise, call)
    return replace(call, arguments=tuple(scale * a if i == place else a for i, a in enumerate(call.arguments)))


def _agree(one: Pieces, other: Pieces) -> bool:
    return _all_moved(np.asarray, one, other)


def _all_moved(move: Move, pieces: Pieces, got: Pieces) -> bool:
    return all(_equal(g[name], move(p[name])) for p, g in zip(pieces, got, strict=True) for name in g)


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
    return bool(used & TOGETHER) or {"one", "other"} <= used


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
    elif any(_moved(move, rows) for move in MOVES):
        yield "moved"
    elif any(r.shape != a.shape or r.shape != b.shape for _, r, a, b in rows):
        return
    elif all(_equal(g, _product(r, a, b)) for g, r, a, b in rows):
        yield "product"
    elif all(_equal(g, a + b - r) for g, r, a, b in rows):
        yield "sum"


def _moved(move: Move, rows: list[Row]) -> bool:
    """Whether one of the two moves the right values, and the answers are the other's values, moved so."""
    return any(
        all(_equal(row[place], move(row[RIGHT])) and _equal(row[GOT], move(row[other])) for row in rows)
        for place, other in ((ONE, OTHER), (OTHER, ONE))
    )


def _product(right: Array, one: Array, other: Array) -> Array:
    """What two factors make of a value; 0 stays 0."""
    used = np.abs(right) > TINY
    result: Array = np.where(used, one * other / np.where(used, right, 1.0), 0.0)
    return result


def _equal(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(agreeing(one, other, BY_EYE).all())
