"""The fingerprint of finite differences: errors as large, answer by answer, as differences make them.

The reference is asked to answer by differences of many step widths itself. An honest answer in another order of
operations is far more exact; one that is rounded, in float32 or wrong by a small constant errs in another profile.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.answers import Answer
from grader.arrays import Array, as_array, is_float32
from grader.calls import Returned, Value
from grader.comparing import Difference, split
from grader.errors import ExerciseError
from grader.exercise import Exercise
from grader.oracles import Differences
from grader.oracles import by_differences as answering_by_differences
from grader.patterns import rounded_to

NEARLY = 1e-2  # relative: a larger error is a mistake, however the answer was found
DECADES = 1.2  # how far from the predicted error a real one may be: rounding is a matter of luck
MOST = 0.75  # the share of errors that must be as predicted
MARGIN = 30.0  # errors this much smaller or larger than the tolerance are on its other side for certain
SPREAD = 1.01  # errors that are all of one size come from a wrong constant
ENOUGH = 2
SAMPLES = 12
LARGEST = 64  # entries: longer answers tell no more, and take long to repeat in so many ways
WAYS = tuple(
    Differences(10.0**-power, ahead, behind)
    for power in (5, 6, 4, 3, 7, 8, 2, 9, 10)
    for ahead, behind in ((1.0, 1.0), (1.0, 0.0))  # backward differences err as much as forward ones
)


def by_differences(exercise: Exercise, answers: list[Answer]) -> bool:
    """Whether the answers were found by finite differences, in an exercise that forbids them."""
    if "finite differences" not in exercise.forbid or not any(answer.difference for answer in answers):
        return False
    if not all(isinstance(answer.outcome, Returned) for answer in answers):
        return False
    if max((_worst(exercise, answer) for answer in answers), default=0.0) <= exercise.tolerance:
        return False
    answers = _sample(exercise, [a for a in answers if _size(a.expected) <= LARGEST] or answers)
    got = np.array([error for answer in answers for error in _errors(exercise, answer, _returned(answer))])
    inexact = got[got > exercise.tolerance]
    if len(inexact) < ENOUGH or got.max() > NEARLY or inexact.max() < SPREAD * inexact.min():
        return False
    return any(_as_predicted(got, predicted, exercise.tolerance) for predicted in _predictions(exercise, answers))


def _worst(exercise: Exercise, answer: Answer) -> float:
    return max(_errors(exercise, answer, _returned(answer)), default=0.0)


def _sample(exercise: Exercise, answers: list[Answer]) -> list[Answer]:
    """Some of the answers, from the most to the least exact: enough to tell, few enough to be quick."""
    by_error = sorted(answers, key=lambda answer: _worst(exercise, answer))
    places = np.linspace(0, len(by_error) - 1, min(SAMPLES, len(by_error))).round().astype(int)
    return [by_error[place] for place in places]


def _size(expected: Value) -> int:
    parts = split(expected, expected)
    return 0 if isinstance(parts, Difference) else sum(part.expected.size for part in parts)


def _returned(answer: Answer) -> Value:
    return answer.outcome.value if isinstance(answer.outcome, Returned) else None


def _predictions(exercise: Exercise, answers: list[Answer]) -> Iterator[Array]:
    """The errors that the reference makes where it takes differences, for every way of taking them."""
    for way in WAYS:
        with answering_by_differences(way):
            try:
                yield np.array([e for a in answers for e in _errors(exercise, a, exercise.answer(a.call))])
            except ExerciseError:  # the reference needs true gradients: then differences say nothing
                continue


def _as_predicted(got: Array, predicted: Array, tolerance: float) -> bool:
    """Whether most of the errors that tell anything are of the size predicted for them."""
    if predicted.shape != got.shape or not np.isfinite(predicted).all():
        return False
    floor = tolerance / MARGIN
    telling = (got > tolerance) | (predicted > tolerance * MARGIN)
    apart = np.abs(np.log10(np.maximum(got, floor) / np.maximum(predicted, floor)))
    return bool((apart[telling] <= DECADES).mean() >= MOST)


def _errors(exercise: Exercise, answer: Answer, value: Value) -> Iterator[float]:
    """The relative error of each part of an answer, the worst entry of each; infinite where it is of another kind."""
    parts = split(value, answer.expected, exercise.functions[answer.call.function].returns)
    for part in [] if isinstance(parts, Difference) else parts:
        try:
            yield _error(as_array(part.got), part.expected, exercise.tolerance)
        except ValueError:
            yield np.inf
    if isinstance(parts, Difference):
        yield np.inf


def _error(got: Array, expected: Array, tolerance: float) -> float:
    if got.shape != expected.shape or is_float32(got):
        return np.inf
    if not got.size:
        return 0.0
    with np.errstate(all="ignore"):
        error = float(np.abs(got - expected).max() / max(np.abs(expected).max(), 1e-300))
    rounded = error > tolerance and rounded_to(got, expected) is not None
    return np.inf if rounded or np.isnan(error) else error
