"""Attempts as a drawing: in time, a finger apart, with the deadline where it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from web.learners.records import Trace
from web.learners.timeline import HEIGHT, LABELS, NARROWEST, WIDTH, spread, strip
from web.work import Attempt

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def attempts(*hours: float, points: float | None = 3.0) -> list[Attempt]:
    """Newest first, so many hours after the start."""
    state = "waiting" if points is None else "graded"
    made = [
        Attempt(str(n), n, state, START + timedelta(hours=after), points, 6.0) for n, after in enumerate(hours, start=1)
    ]
    return made[::-1]


def test_columns_stand_in_time():
    places = [column.x for column in strip(attempts(0, 1, 10), {}, None).columns]
    assert places[1] - places[0] == pytest.approx(WIDTH / 10, abs=0.2)
    assert places[2] - places[0] == pytest.approx(WIDTH, abs=0.2)


@pytest.mark.parametrize("number", [1, 2, 5, 17, 18, 200])
@pytest.mark.parametrize("seed", range(5))
def test_columns_keep_apart_and_in_order_however_fast_somebody_was(number, seed):
    rng = Random(seed)
    moments = sorted(rng.choice([0.0, rng.random(), 1000 * rng.random()]) for _ in range(number))
    places = spread(moments)
    gaps = [after - before for before, after in pairwise(places)]
    assert all(gap >= NARROWEST - 0.2 for gap in gaps)
    assert places[0] >= LABELS
    assert places[-1] - places[0] <= max(WIDTH, NARROWEST * (number - 1)) + 0.2


def test_all_at_the_same_moment_are_still_columns_of_their_own():
    assert len({column.x for column in strip(attempts(1, 1, 1), {}, None).columns}) == 3


def test_a_bar_is_as_high_as_its_points_and_never_higher_than_all():
    (column,) = strip(attempts(0, points=3.0), {}, None).columns
    assert column.height == HEIGHT / 2
    (column,) = strip(attempts(0, points=9.0), {}, None).columns
    assert column.height == HEIGHT


def test_what_is_not_graded_has_no_bar():
    (column,) = strip(attempts(0, points=None), {}, None).columns
    assert column.height is None


def test_each_misconception_has_one_lane_in_the_order_in_which_they_came():
    drawn = strip(attempts(0, 1, 2), {"1": Trace(("M14", "M12")), "2": Trace(("M12", "M01"))}, None)
    assert [code for code, _ in drawn.lanes] == ["M14", "M12", "M01"]
    assert [column.lanes for column in drawn.columns] == [(0, 1), (1, 2), ()]


@pytest.mark.parametrize(
    ("hours", "between"), [(1.5, (1, 2)), (1, (1, 2)), (-1, None), (5, None), (2, None), (None, None)]
)
def test_the_deadline_stands_between_the_last_in_time_and_the_first_late_one(hours, between):
    drawn = strip(attempts(0, 1, 2), {}, None if hours is None else START + timedelta(hours=hours))
    if between is None:
        assert drawn.deadline is None
    else:
        before, after = (drawn.columns[number].x for number in between)
        assert before < drawn.deadline < after
