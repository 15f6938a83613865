"""What holds for one student and one exercise, and what time does to points and attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.plain import to_plain
from web.database.models import Arrangement, Assignment, Course
from web.terms import Credit, Left, Terms, left, terms_of, worth

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATE = Terms(
    deadline=NOON,
    early_until=NOON - timedelta(hours=24),
    credit=Credit(early_percent=5, early_hours=24, late_percent=10, late_days=3),
)
BUCKET = Terms(attempts=3, every=timedelta(hours=4))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("handed_in", "points", "step"),
    [
        (NOON - hours(24), 8.4, "early: +5 %"),
        (NOON - hours(23.9), 8.0, None),
        (NOON, 8.0, None),
        (NOON + hours(0.1), 7.2, "1 day late: −10 %"),
        (NOON + hours(24), 7.2, "1 day late: −10 %"),
        (NOON + hours(48.1), 5.6, "3 days late: −30 %"),
    ],
)
def test_time_adds_and_takes_away_and_says_so(handed_in, points, step):
    found = worth(LATE, 8, 10, handed_in)
    assert found.points == pytest.approx(points)
    assert [one.text.en for one in found.steps] == ["graded 8/10", *([step] if step else [])]


@pytest.mark.parametrize("handed_in", [NOON - hours(30), NOON + hours(1)])
def test_of_nothing_time_adds_and_takes_nothing_and_no_step_says_so(handed_in):
    """“early: +5 %” beside 0 points would read as if something had gone wrong."""
    assert [one.text.en for one in worth(LATE, 0, 10, handed_in).steps] == ["graded 0/10"]


def test_an_extension_gives_time_and_no_bonus():
    """Else work of before, graded long ago, would become early."""
    course = Course(credit=to_plain(Credit, Credit(early_percent=10, early_hours=24)), shows_hidden="deadline")
    assignment = Assignment(course=course, deadline=NOON)
    terms = terms_of(assignment, Arrangement(deadline=NOON + hours(72), attempts_more=0, points_why=""))
    assert terms.closes_at == NOON + hours(72)
    assert worth(terms, 8, 10, NOON - hours(1)).points == 8
    assert worth(terms, 8, 10, NOON - hours(24)).points == pytest.approx(8.8)


def test_late_days_never_take_more_than_all():
    credit = Credit(late_percent=60, late_days=5)
    assert worth(Terms(deadline=NOON, credit=credit), 8, 10, NOON + hours(30)).points == 0


def test_late_work_is_taken_in_until_the_last_late_day_ends():
    assert not LATE.closed(NOON + hours(72))
    assert LATE.closed(NOON + hours(72.1))
    assert Terms(deadline=NOON).closed(NOON + hours(0.1))


@pytest.mark.parametrize(
    ("terms", "moment", "shown"),
    [
        (LATE, NOON + hours(1), False),  # others may still hand in late
        (LATE, NOON + hours(72.1), True),
        (Terms(), NOON, False),
        (Terms(shows_hidden="always"), NOON, True),
        (Terms(deadline=NOON, shows_hidden="never"), NOON + hours(999), False),
        (Terms(shows_hidden="date", hidden_until=NOON), NOON + hours(1), True),
    ],
)
def test_hidden_checks_are_shown_from_when_the_terms_say(terms, moment, shown):
    assert terms.shows(moment) is shown


@pytest.mark.parametrize(
    ("common", "own", "deadline", "extended"),
    [
        (NOON, None, NOON, False),
        (NOON, NOON + hours(9), NOON + hours(9), True),
        (NOON + hours(48), NOON + hours(9), NOON + hours(48), False),  # the class got more time after it was given
        (None, NOON + hours(9), None, False),
    ],
)
def test_an_extension_takes_nothing_back(common, own, deadline, extended):
    terms = terms_of(Assignment(deadline=common, course=Course()), Arrangement(deadline=own))
    assert (terms.deadline, terms.extended) == (deadline, extended)


def test_each_attempt_comes_back_its_hours_after_it_was_used():
    used = [NOON, NOON + hours(1), NOON + hours(2)]
    assert left(BUCKET, used, NOON + hours(3)) == Left(0, NOON + hours(4))
    assert left(BUCKET, used, NOON + hours(4)) == Left(1)
    assert left(BUCKET, used, NOON + hours(9)) == Left(3)


def test_attempts_before_a_reset_cost_nothing():
    assert left(Terms(attempts=2, since=NOON), [NOON - hours(1), NOON + hours(1)], NOON + hours(2)) == Left(1)


def test_attempts_without_hours_do_not_come_back():
    assert left(Terms(attempts=1), [NOON], NOON + hours(999)) == Left(0)
    assert left(Terms(), [NOON] * 99, NOON) == Left(None)
