"""What numbers say about a class: pure functions over plain rows. What their names mean stands in docs/dashboard.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from web.database.base import Counts, State

MANY = 4  # attempts without a pass, from which on somebody may be stuck
ALIKE = 3  # of the last attempts, that go wrong alike
FULL = 10  # the bin of full scores; 0 to 9 are the tenths below
WAITS = tuple(timedelta(**one) for one in ({"minutes": 15}, {"hours": 1}, {"hours": 4}, {"days": 1}, {"days": 3}))
AT_ONCE, LONGER = 0, len(WAITS) + 1  # the bins before and after those of WAITS


class Attempt(NamedTuple):
    """One submission; points, codes and verdicts (check, passed) are None until it is graded."""

    assignment_id: int
    user_id: int
    number: int
    state: State
    points: float | None
    out_of: float | None
    edition: str | None
    id: str
    created_at: datetime
    codes: Sequence[str] | None
    verdicts: Sequence[Sequence[Any]] | None

    @property
    def passed(self) -> bool:
        """Whether it earned everything."""
        return self.points is not None and self.points >= (self.out_of or 0.0)

    @property
    def share(self) -> float:
        return (self.points or 0.0) / self.out_of if self.out_of else float(self.passed)

    def failing(self) -> set[str]:
        """The checks that were run and not passed."""
        return {check for check, passed in self.verdicts or () if passed is False}


@dataclass(frozen=True)
class Story:
    """One student and one exercise: the attempts, the oldest first. What we could not grade is none."""

    user_id: int
    attempts: tuple[Attempt, ...]

    @cached_property
    def graded(self) -> tuple[Attempt, ...]:
        return tuple(one for one in self.attempts if one.points is not None)

    @cached_property
    def first_pass(self) -> Attempt | None:
        return next((one for one in self.graded if one.passed), None)

    @property
    def last(self) -> Attempt | None:
        return self.graded[-1] if self.graded else None

    def score(self, counts: Counts) -> float | None:
        """The share of all points that counts before time does: of the best attempt, or of the last."""
        if not self.graded:
            return None
        return max(one.share for one in self.graded) if counts == "best" else self.graded[-1].share

    @property
    def time_to_pass(self) -> timedelta | None:
        """From the first attempt to the first that passes."""
        return self.first_pass.created_at - self.attempts[0].created_at if self.first_pass else None

    def tally(self, counts: Counts) -> Tally:
        ours = sum(one.state == "ours" for one in self.attempts)
        passed = self.first_pass is not None
        return Tally(self.user_id, len(self.attempts), len(self.graded), ours, passed, self.score(counts))

    def at(self, number: int) -> Attempt | None:
        """The graded attempt of this number, counted from 1; of fewer attempts the last."""
        return self.graded[min(number, len(self.graded)) - 1] if self.graded else None

    def ever(self, code: str) -> bool:
        """Whether a misconception was named in any attempt."""
        return any(code in (one.codes or ()) for one in self.graded)


class Tally(NamedTuple):
    """A story in short. ours: what we could not grade; score: the share of all points that counts, if any does."""

    user_id: int
    attempts: int
    graded: int
    ours: int
    passed: bool
    score: float | None


@dataclass(frozen=True)
class Stuck:
    """Who goes round in circles, after how many attempts, and at what: misconceptions, or else checks."""

    user_id: int
    attempts: int
    codes: tuple[str, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """An exercise in numbers. students: who could have begun it; mean: the share of all points, of those graded."""

    students: int
    submitted: int
    passed: int
    attempts: float | None  # the median of those who have begun
    mean: float | None
    scores: tuple[int, ...]  # students in each bin

    @property
    def not_begun(self) -> int:
        return self.students - self.submitted

    @property
    def rate(self) -> float | None:
        """The share of those who have begun that has passed."""
        return self.passed / self.submitted if self.submitted else None


def stories(attempts: Iterable[Attempt]) -> list[Story]:
    """Of one exercise, by student."""
    ordered = sorted(attempts, key=lambda one: (one.user_id, one.number))
    return [Story(user_id, tuple(group)) for user_id, group in groupby(ordered, key=lambda one: one.user_id)]


def summary(found: Sequence[Tally], students: int) -> Summary:
    """Of one exercise in a class of so many students."""
    scores = [one.score for one in found if one.score is not None]
    return Summary(
        students=students,
        submitted=len(found),
        passed=sum(one.passed for one in found),
        attempts=median([one.attempts for one in found]),
        mean=sum(scores) / len(scores) if scores else None,
        scores=distribution(scores),
    )


def median(values: Sequence[float]) -> float | None:
    """The middle one, or halfway between the two in the middle; None of nothing."""
    return statistics.median(values) if values else None


def distribution(scores: Iterable[float]) -> tuple[int, ...]:
    """How many scores (shares) lie in each tenth, and how many are full."""
    bins = [0] * (FULL + 1)
    for score in scores:
        bins[bin_of(score)] += 1
    return tuple(bins)


def bin_of(score: float) -> int:
    """0 to 9 for the tenth that a share lies in, FULL where nothing is missing."""
    return FULL if score >= 1 else min(int(score * 10 + 1e-9), FULL - 1)


def wait_of(story: Story) -> int | None:
    """AT_ONCE where the first attempt passes; then how long it took, as a bin of WAITS; None without a pass."""
    taken = story.time_to_pass
    if taken is None:
        return None
    if not taken:
        return AT_ONCE
    return next((n for n, limit in enumerate(WAITS, 1) if taken <= limit), LONGER)


def check_rates(found: Sequence[Story], check: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """(passed, judged) of a check in everybody's first and last graded attempt.

    Where it was not run for somebody, a program that cannot be read say, it was not passed. Where it was never run for
    anybody, it waits for a device that is not here, and nobody was judged by it.
    """
    graded = [story.graded for story in found if story.graded]
    firsts, lasts = (_verdicts([story[place] for story in graded], check) for place in (0, -1))
    if all(passed is None for passed in firsts + lasts):
        return (0, 0), (0, 0)
    return (firsts.count(True), len(firsts)), (lasts.count(True), len(lasts))


def _verdicts(attempts: Sequence[Attempt], check: str) -> list[bool | None]:
    return [passed for one in attempts for name, passed in one.verdicts or () if name == check]


def fade(found: Sequence[Story], code: str, upto: int) -> tuple[int, ...]:
    """How many students still show a misconception after 1, 2, … `upto` attempts.

    Of whoever made fewer the last attempt goes on counting: who passed shows nothing any more, who gave up still does.
    """
    return tuple(sum(shows(story, code, number) for story in found) for number in range(1, upto + 1))


def shows(story: Story, code: str, number: int) -> bool:
    """Whether a misconception is named in somebody's attempt of this number, or in the last one before it."""
    attempt = story.at(number)
    return attempt is not None and code in (attempt.codes or ())


def frequencies(found: Sequence[Story]) -> dict[str, int]:
    """How many students have shown each misconception in any attempt, the most frequent first."""
    counted: dict[str, int] = {}
    for story in found:
        for code in {code for one in story.graded for code in one.codes or ()}:
            counted[code] = counted.get(code, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def stuck(story: Story) -> Stuck | None:
    """MANY attempts, none that passes, and the last ALIKE ones name one misconception or fail one check alike."""
    graded = story.graded
    if len(graded) < MANY or story.first_pass:
        return None
    last = graded[-ALIKE:]
    codes = set.intersection(*(set(one.codes or ()) for one in last))
    checks = set.intersection(*(one.failing() for one in last))
    if not codes and not checks:
        return None
    return Stuck(story.user_id, len(graded), tuple(sorted(codes)), tuple(sorted(checks)))
