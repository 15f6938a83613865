"""What someone with a misconception would answer to a call: worked out once, for many answers are held against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from grader import lots
from grader.answers import Answer
from grader.arrays import leaves
from grader.calls import Call, Failed, Outcome, Returned, Value
from grader.comparing import split
from grader.exercise import Exercise, Misconception

LARGEST_KEPT = 4096  # numbers in an outcome


def predict(exercise: Exercise, misconception: Misconception, answer: Answer) -> Value:
    """What someone with the misconception would answer; None where that fails or is not numbers."""
    with lots.read_from(answer.outcome.value if isinstance(answer.outcome, Returned) else None):
        try:
            outcome = _predicted(exercise, misconception, Itself(answer.call))
        except ForOnce as once:
            outcome = once.outcome
    value = outcome.value if isinstance(outcome, Returned) else None
    parts = None if value is None else attempt(lambda: split(value, value))
    return value if isinstance(parts, Returned) else None


@dataclass(frozen=True, eq=False)
class Itself:
    """A call as what it is, and not as what is in it: arrays cannot be looked up."""

    call: Call

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.call is other.call

    def __hash__(self) -> int:
        return id(self.call)


class ForOnce(Exception):
    """An outcome that is not kept."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


@lru_cache(maxsize=1024)
def _predicted(exercise: Exercise, misconception: Misconception, asked: Itself) -> Outcome:
    """Worked out once: many answers to one plan are held against it. Raises ForOnce where lots fell, or it is large."""
    before = lots.drawn()
    outcome = attempt(lambda: exercise.answer(asked.call, thinking=misconception))
    if lots.drawn() > before or (isinstance(outcome, Returned) and size(outcome.value) > LARGEST_KEPT):
        raise ForOnce(outcome)
    return outcome


def size(value: Value) -> int:
    """How many numbers there are in a value."""
    return sum(leaf.size for leaf in leaves(value))


def attempt(reply: Callable[[], Value]) -> Outcome:
    """What comes of trusted code that may be wrong: its value, or how it failed."""
    try:
        return Returned(reply())
    except Exception as error:  # noqa: BLE001 - a wrong program may fail in any way; that is its answer
        return Failed("raised", f"{type(error).__name__}: {error}")
