"""Wrong programs that draw lots: nobody can foresee which lot falls, so it is read from the student's answer.

A misconception asks `fallen` at each draw. Where there is no answer to read from, lots fall by a fixed rule.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar

import numpy as np

from grader.arrays import Array, as_array
from grader.calls import Value

SPREAD = 7  # without an answer: not the first lot each time

_seen: ContextVar[Array | None] = ContextVar("_seen", default=None)
_drawn: ContextVar[int] = ContextVar("_drawn", default=0)


@contextlib.contextmanager
def read_from(answer: Value) -> Iterator[None]:
    """Within this context lots have fallen as an answer shows that they have."""
    try:
        seen = as_array(answer)
    except ValueError:
        seen = None
    token = _seen.set(seen)
    try:
        yield
    finally:
        _seen.reset(token)


def drawn() -> int:
    """How many lots have been drawn so far: where none were, the same call has the same answer."""
    return _drawn.get()


def fallen(lots: Sequence[float], step: int) -> float:
    """Of the values that the answer could have at this step, one for each lot, the one that came true."""
    _drawn.set(_drawn.get() + 1)
    seen = _seen.get()
    if seen is None or seen.ndim != 1 or step >= len(seen):
        return lots[SPREAD * (step + 1) % len(lots)]
    with np.errstate(all="ignore"):
        return lots[int(np.argmin(np.abs(np.asarray(lots) - seen[step])))]
