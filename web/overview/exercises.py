"""The page of one exercise: how the class gets on with it, in numbers that lead to the students behind them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from grader.codes import CODES
from grader.messages import Text
from grader.reading import Sheet
from web.database.models import Assignment
from web.overview import reading
from web.overview.classroom import groups_of, in_group
from web.overview.reading import Student
from web.overview.statistics import (
    LONGER,
    Attempt,
    Story,
    Stuck,
    Summary,
    check_rates,
    fade,
    frequencies,
    stories,
    stuck,
    summary,
    wait_of,
)

UPTO = 6  # attempts over which misconceptions are followed
OFTEN = 5  # misconceptions that are drawn; the table has all


@dataclass(frozen=True)
class CheckLine:
    """One check. first, last: (passed, run) in everybody's first and last attempt."""

    name: str
    title: Text
    public: bool
    first: tuple[int, int]
    last: tuple[int, int]

    @property
    def hopeless(self) -> bool:
        """Whether many tried and none passes: then the check itself may be wrong."""
        return self.last[1] >= 10 and self.last[0] == 0


@dataclass(frozen=True)
class ThoughtLine:
    """One misconception. ever: students in any attempt; after: students after 1, 2, … attempts; now: in the last."""

    code: str
    meaning: Text
    ever: int
    after: tuple[int, ...]
    now: int


@dataclass(frozen=True)
class Group:
    """An exercise and those whose work at it is looked at."""

    assignment: Assignment
    members: dict[int, Student]
    groups: tuple[str, ...]
    stories: tuple[Story, ...]
    excused: frozenset[int]

    @property
    def not_begun(self) -> list[int]:
        begun = {story.user_id for story in self.stories}
        return [number for number in self.members if number not in begun | self.excused]

    @property
    def stuck(self) -> tuple[Stuck, ...]:
        return tuple(one for story in self.stories if (one := stuck(story)))


@dataclass(frozen=True)
class Numbers:
    """waits: students in each bin of the time to the first pass; wait: the median of it, of those who passed."""

    summary: Summary
    stuck: tuple[Stuck, ...]
    waits: tuple[int, ...]
    wait: timedelta | None
    checks: tuple[CheckLine, ...]
    thoughts: tuple[ThoughtLine, ...]
    upto: int
    former: int
    ours: int


def group_at(session: Session, assignment: Assignment, group: str) -> Group:
    """Everybody who studies in the course, or one group of them, with what they handed in."""
    everybody = reading.students(session, assignment.course)
    members = in_group(everybody, group)
    attempts = [one for one in reading.attempts_at(session, [assignment.id]) if one.user_id in members]
    excused = {user_id for _, user_id in reading.excused(session, [assignment.id])}
    return Group(assignment, members, groups_of(everybody), tuple(stories(attempts)), frozenset(excused))


def numbers(found: Group, sheet: Sheet | None) -> Numbers:
    """All that the page shows. sheet: None where the exercise has left the catalogue."""
    counts, told = found.assignment.course.counts, found.stories
    attempts = [one for story in told for one in story.attempts]
    upto = min(max((len(story.graded) for story in told), default=1), UPTO)
    return Numbers(
        summary=summary([story.tally(counts) for story in told], len(told) + len(found.not_begun)),
        stuck=found.stuck,
        waits=_waits(told),
        wait=_wait(told),
        checks=tuple(_checks(told, attempts, sheet)),
        thoughts=tuple(_thoughts(told, upto)),
        upto=upto,
        former=sum(sheet is not None and one.edition not in {None, sheet.edition} for one in attempts),
        ours=sum(one.state == "ours" for one in attempts),
    )


def _waits(told: Sequence[Story]) -> tuple[int, ...]:
    bins = [0] * (LONGER + 1)
    for story in told:
        place = wait_of(story)
        if place is not None:
            bins[place] += 1
    return tuple(bins)


def _wait(told: Sequence[Story]) -> timedelta | None:
    taken = [story.time_to_pass for story in told]
    known = [one.total_seconds() for one in taken if one is not None]
    return timedelta(seconds=statistics.median(known)) if known else None


def _checks(told: Sequence[Story], attempts: Sequence[Attempt], sheet: Sheet | None) -> list[CheckLine]:
    """In the order of the sheet; then those that only an older edition had."""
    titles: dict[str, Text] = {one.name: sheet.text("check", one.name) for one in sheet.of("check")} if sheet else {}
    hidden = {one.name for one in sheet.of("check") if not one.options.get("public")} if sheet else set()
    met = dict.fromkeys(name for one in attempts for name, _ in one.verdicts or ())
    return [
        CheckLine(name, titles.get(name, Text(name, name)), name not in hidden, *check_rates(told, name))
        for name in [*(name for name in titles if name in met), *(name for name in met if name not in titles)]
    ]


def _thoughts(told: Sequence[Story], upto: int) -> list[ThoughtLine]:
    return [
        ThoughtLine(code, meaning(code), ever, fade(told, code, upto), _now(told, code))
        for code, ever in frequencies(told).items()
    ]


def _now(told: Sequence[Story], code: str) -> int:
    return sum(story.last is not None and code in (story.last.codes or ()) for story in told)


def meaning(code: str) -> Text:
    """What a code stands for, in all exercises."""
    return CODES.get(code, Text(code, code))


def names(found: Mapping[int, Student], numbers_: Sequence[int]) -> list[Student]:
    """The students with these ids, in the order of their names."""
    wanted = set(numbers_)
    return [one for number, one in found.items() if number in wanted]
