"""Statistics, by examples that were counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web.overview import statistics as s

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def attempt(user=1, number=1, points=0.0, out_of=6.0, *, after=0.0, codes=(), fails=(), passes=(), state="graded"):
    """after: minutes after noon."""
    verdicts = [[check, False] for check in fails] + [[check, True] for check in passes]
    graded = None if state != "graded" else points
    return s.Attempt(7, user, number, state, graded, out_of, "e", f"s{user}{number}", NOON + timedelta(minutes=after), codes, verdicts)  # fmt: skip


def story(*points, codes=(), fails=()):
    """One student: an attempt for each number of points, all with these codes and failing checks."""
    return s.Story(
        1, tuple(attempt(1, n, each, codes=codes, fails=fails, after=10.0 * n) for n, each in enumerate(points, 1))
    )


@pytest.mark.parametrize(("values", "middle"), [([], None), ([3], 3), ([1, 9, 2], 2), ([4, 1, 2, 3], 2.5)])
def test_the_median_is_the_middle_one_or_halfway_between_two(values, middle):
    assert s.median(values) == middle


def test_attempts_become_stories_by_student_in_the_order_of_their_numbers():
    found = s.stories([attempt(2, 1), attempt(1, 2), attempt(1, 1)])
    assert [(one.user_id, [a.number for a in one.attempts]) for one in found] == [(1, [1, 2]), (2, [1])]


def test_a_summary_counts_students_and_not_attempts():
    """Ada: 3 of 6, then 6 of 6. Ben: 3 of 6 three times. Cleo: nothing graded yet. One of four has not begun."""
    found = s.stories(
        [attempt(1, 1, 3), attempt(1, 2, 6), *(attempt(2, n, 3) for n in (1, 2, 3)), attempt(3, 1, state="waiting")]
    )
    told = s.summary([one.tally("best") for one in found], 4)
    assert (told.submitted, told.passed, told.not_begun, told.attempts) == (3, 1, 1, 2)
    assert told.mean == pytest.approx((1 + 0.5) / 2)
    assert told.rate == pytest.approx(1 / 3)
    assert told.scores == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)


@pytest.mark.parametrize(("counts", "share"), [("best", 1.0), ("last", 0.5)])
def test_which_attempt_counts_the_course_says(counts, share):
    assert story(0, 6, 3).score(counts) == share


@pytest.mark.parametrize(
    ("share", "bin_"), [(0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.95, 9), (0.99999, 9), (1, 10)]
)
def test_a_score_lies_in_its_tenth_and_only_a_full_one_in_the_last(share, bin_):
    assert s.bin_of(share) == bin_


@pytest.mark.parametrize(
    ("minutes", "bin_"), [(0, 0), (1, 1), (15, 1), (16, 2), (60, 2), (240, 3), (1440, 4), (4320, 5), (4321, 6)]
)
def test_the_time_to_the_first_pass_is_counted_from_the_first_attempt(minutes, bin_):
    attempts = [attempt(1, 1, 0), attempt(1, 2, 6, after=minutes)] if minutes else [attempt(1, 1, 6)]
    assert s.wait_of(s.Story(1, tuple(attempts))) == bin_


def test_without_a_pass_there_is_no_time_to_it():
    assert s.wait_of(story(0, 3)) is None


def test_a_later_attempt_that_earns_less_does_not_undo_a_pass():
    assert story(6, 3).first_pass.number == 1


def test_checks_are_counted_in_first_and_last_attempts():
    """Ada fails the check and then passes it; Ben fails it once; of Cleo's nothing was run."""
    found = s.stories(
        [
            attempt(1, 1, fails=("c",)),
            attempt(1, 2, passes=("c",)),
            attempt(2, 1, fails=("c",)),
            attempt(3, 1)._replace(verdicts=[["c", None]]),
        ]
    )
    assert s.check_rates(found, "c") == ((0, 3), (1, 3))


def test_a_check_that_was_never_run_judges_nobody():
    """It is for a device that no worker has."""
    found = s.stories([attempt(user, 1)._replace(verdicts=[["on_a_gpu", None]]) for user in (1, 2)])
    assert s.check_rates(found, "on_a_gpu") == ((0, 0), (0, 0))


def test_a_misconception_fades_as_students_leave_it_behind():
    """Ada shows it twice and then passes. Ben shows it once and gives up: he goes on being counted. Cleo never does."""
    found = s.stories(
        [
            attempt(1, 1, codes=("M01",)),
            attempt(1, 2, codes=("M01",)),
            attempt(1, 3, 6),
            attempt(2, 1, codes=("M01", "M07")),
            attempt(3, 1, codes=("M07",)),
            attempt(3, 2, 6),
        ]
    )
    assert s.fade(found, "M01", 4) == (2, 2, 1, 1)
    assert s.fade(found, "M07", 3) == (2, 1, 1)
    assert s.frequencies(found) == {"M01": 2, "M07": 2}


# Who is stuck -------------------------------------------------------------------------------------


def test_four_attempts_with_the_same_thought_are_stuck():
    assert s.stuck(story(0, 1, 1, 2, codes=("M01",))) == s.Stuck(1, 4, ("M01",), ())


def test_four_attempts_that_fail_the_same_check_are_stuck():
    assert s.stuck(story(0, 1, 1, 2, fails=("batch",))).checks == ("batch",)


def test_three_attempts_are_not_yet_stuck():
    assert s.stuck(story(0, 1, 1, codes=("M01",))) is None


def test_who_has_passed_is_not_stuck_whatever_came_after():
    assert s.stuck(story(6, 1, 1, 1, 1, codes=("M01",))) is None


def test_who_fails_differently_each_time_moves_and_is_not_stuck():
    turns = [attempt(1, n, codes=(f"M0{n}",), fails=(f"c{n}",)) for n in range(1, 6)]
    assert s.stuck(s.Story(1, tuple(turns))) is None


def test_only_the_last_three_attempts_must_be_alike():
    turns = [attempt(1, n, codes=("M01",) if n > 2 else ("M02",)) for n in range(1, 6)]
    assert s.stuck(s.Story(1, tuple(turns))).codes == ("M01",)


def test_what_was_our_fault_is_no_attempt_to_be_stuck_by():
    turns = [attempt(1, n, codes=("M01",), state="ours" if n == 4 else "graded") for n in range(1, 5)]
    assert s.stuck(s.Story(1, tuple(turns))) is None
