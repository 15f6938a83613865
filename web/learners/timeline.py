"""A student's attempts at one exercise, drawn: a column for each, in time, and a lane for each misconception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from web.learners.records import Trace
from web.work import Attempt

LABELS = 52  # pixels left of the first column, for the names of the lanes
NARROWEST = 28  # between two columns: a finger hits one of them
WIDTH = 460  # of all columns; more attempts than fit make the strip wider
TOP, HEIGHT, LANE, AXIS = 18, 44, 22, 40  # room for points above a bar, the highest bar, a lane, the dates below
LEAST = 190  # wide enough for a date


@dataclass(frozen=True)
class Column:
    """One attempt: where it stands, how high its bar is (None: not graded), and which lanes it marks."""

    attempt: Attempt
    trace: Trace
    x: float
    height: float | None
    lanes: tuple[int, ...]


@dataclass(frozen=True)
class Strip:
    """One exercise. lanes: (code, y of its middle); deadline: where it falls among the attempts, if it does."""

    columns: tuple[Column, ...]
    lanes: tuple[tuple[str, float], ...]
    width: float
    deadline: float | None

    @property
    def floor(self) -> int:
        """On which the bars stand."""
        return TOP + HEIGHT

    @property
    def height(self) -> int:
        return self.floor + LANE * len(self.lanes) + AXIS

    @property
    def ceiling(self) -> int:
        """Where a bar of all points ends."""
        return TOP


def strip(attempts: Sequence[Attempt], traces: Mapping[str, Trace], deadline: datetime | None) -> Strip:
    """attempts: newest first, at least one."""
    ordered = sorted(attempts, key=lambda one: one.number)
    places = spread([one.created_at.timestamp() for one in ordered])
    codes = list(dict.fromkeys(code for one in ordered for code in traces.get(one.id, Trace()).codes))
    columns = tuple(_column(one, traces.get(one.id, Trace()), x, codes) for one, x in zip(ordered, places, strict=True))
    lanes = tuple((code, TOP + HEIGHT + LANE * (number + 0.5)) for number, code in enumerate(codes))
    return Strip(columns, lanes, max(places[-1] + NARROWEST, LEAST), _crossing(ordered, places, deadline))


def spread(moments: Sequence[float]) -> list[float]:
    """Places in pixels: by time, but never nearer than NARROWEST, so that an evening's attempts stay apart."""
    first, last = moments[0], moments[-1]
    width = max(WIDTH, NARROWEST * (len(moments) - 1)) if len(moments) > 1 else 0
    share = [(moment - first) / (last - first) if last > first else 1.0 for moment in moments]
    places = [LABELS + NARROWEST / 2 + width * one for one in share]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + NARROWEST)
    places[-1] = min(places[-1], places[0] + width)
    for number in range(len(places) - 2, 0, -1):
        places[number] = min(places[number], places[number + 1] - NARROWEST)
    return [round(place, 1) for place in places]


def _column(attempt: Attempt, trace: Trace, x: float, codes: list[str]) -> Column:
    part = None if attempt.points is None else min(max(attempt.points / (attempt.out_of or 1), 0.0), 1.0)
    height = None if part is None else round(HEIGHT * part, 1)
    return Column(attempt, trace, x, height, tuple(codes.index(code) for code in trace.codes))


def _crossing(ordered: Sequence[Attempt], places: Sequence[float], deadline: datetime | None) -> float | None:
    """Between the last attempt in time and the first that was late."""
    if deadline is None or not ordered[0].created_at <= deadline < ordered[-1].created_at:
        return None
    late = next(number for number, one in enumerate(ordered) if one.created_at > deadline)
    return (places[late - 1] + places[late]) / 2
