"""How students get from a first attempt to their last: what they think, what fails, and what they come to see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from grader.reading import Entry, Sheet

MOST = 12  # attempts of one student at one exercise
STUBBORN = 0.04  # of all stories: a thought that stays whatever the report says
UNREADABLE = 0.03  # of attempts: a file that Python cannot read


@dataclass(frozen=True)
class Pitfall:
    """A misconception of the exercise's sheet, and the checks that fail by it."""

    entry: Entry
    checks: frozenset[str]

    @property
    def code(self) -> str:
        return self.entry.about[0]

    @property
    def function(self) -> str:
        return self.entry.about[1]


@dataclass(frozen=True)
class Task:
    """What of an exercise a story needs. hardness: 0 is ordinary, 1 is hard; likely: a weight for each pitfall."""

    sheet: Sheet
    checks: tuple[str, ...]
    pitfalls: tuple[Pitfall, ...]
    likely: tuple[float, ...]
    hardness: float


@dataclass(frozen=True)
class Pupil:
    """A student. leaves: from this exercise on nothing comes any more.

    skill: about 0, two either side; haste: 0 begins early, 1 on the last evening.
    """

    skill: float
    haste: float
    leaves: int


@dataclass(frozen=True)
class Turn:
    """One attempt."""

    pitfalls: tuple[Pitfall, ...] = ()
    failing: frozenset[str] = frozenset()
    fate: Literal["judged", "unreadable", "ours", "waiting"] = "judged"

    @property
    def passed(self) -> bool:
        return self.fate == "judged" and not self.failing


def task(rng: Random, sheet: Sheet, hardness: float) -> Task:
    """An exercise of the catalogue, with thoughts that some classes think more often than others."""
    checks = tuple(entry.name for entry in sheet.of("check") if entry.options.get("device", "cpu") == "cpu")
    entries = {entry.name: entry for entry in sheet.of("misconception")}.values()
    pitfalls = tuple(Pitfall(entry, _failing(rng, sheet, entry, checks)) for entry in entries)
    ranks = rng.sample(range(len(pitfalls)), len(pitfalls))
    return Task(sheet, checks, pitfalls, tuple(1 / (rank + 1) for rank in ranks), hardness)


def _failing(rng: Random, sheet: Sheet, entry: Entry, checks: Sequence[str]) -> frozenset[str]:
    """Most of the checks that ask for the function that is wrong."""
    asking = [one.name for one in sheet.of("check") if entry.about[1] in one.source and one.name in checks]
    asking = asking or [checks[-1]]
    return frozenset(rng.sample(asking, max(len(asking) - 1, 1)))


def pupil(rng: Random, exercises: int) -> Pupil:
    """One in twelve gives up the course at some time, one in fifty before it begins."""
    leaves = exercises
    if rng.random() < 0.08:
        leaves = rng.randrange(exercises)
    if rng.random() < 0.02:
        leaves = 0
    return Pupil(rng.gauss(0, 1), rng.random(), leaves)


def story(rng: Random, who: Pupil, what: Task) -> list[Turn]:
    """From the first attempt to the last; it need not end well."""
    ease = who.skill - 1.2 * what.hardness
    held = _held(rng, what, ease)
    missing = _missing(rng, what, ease)
    cure = 0.02 if rng.random() < STUBBORN * (1 - 0.5 * ease) else _share(0.45 * ease + 0.1)
    turns: list[Turn] = []
    while len(turns) < MOST:
        failing = frozenset(missing).union(*(one.checks for one in held))
        turns.append(_turn(rng, held, failing))
        if turns[-1].passed or (len(turns) > 1 and rng.random() < _share(-2.6 - 0.7 * ease)):
            break
        held = [one for one in held if rng.random() > cure]
        missing = {check for check in missing if rng.random() > _share(0.6 * ease + 0.5)}
    return turns


def _turn(rng: Random, held: list[Pitfall], failing: frozenset[str]) -> Turn:
    if failing and rng.random() < UNREADABLE:
        return Turn(fate="unreadable")
    return Turn(tuple(held), failing)


def _held(rng: Random, what: Task, ease: float) -> list[Pitfall]:
    """One thought, two or none."""
    if not what.pitfalls:
        return []
    count = (rng.random() < _share(1.0 - 0.8 * ease)) + (rng.random() < _share(-1.4 - 0.8 * ease))
    found = {one.code: one for one in rng.choices(what.pitfalls, what.likely, k=count)}
    return list(found.values())


def _missing(rng: Random, what: Task, ease: float) -> set[str]:
    """Checks that fail because something is not written yet, or slipped."""
    return {check for check in what.checks if rng.random() < 0.3 * _share(-0.6 * ease)}


def _share(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def fitted(rng: Random, stories: Sequence[list[Turn]], count: int) -> None:
    """Lengthen or shorten stories until there are so many turns in all: what is added or dropped changes no thought.

    Raises ValueError where the students are too few or too many for that.
    """
    if not len(stories) <= count <= len(stories) * MOST * 3:
        raise ValueError(f"{count} submissions do not fit {len(stories)} stories of one to {MOST * 3} attempts")
    total = sum(map(len, stories))
    while total < count:
        turns = rng.choice(stories)
        if len(turns) < MOST * 3:
            place = rng.randrange(len(turns))
            turns.insert(place, turns[place])  # handed in again, to be sure
            total += 1
    while total > count:
        turns = rng.choice(stories)
        if len(turns) > 1:
            turns.pop(rng.randrange(len(turns) - 1))
            total -= 1


def with_faults(rng: Random, stories: Sequence[list[Turn]], count: int) -> None:
    """Let the last attempt of some stories meet a fault of ours."""
    for turns in rng.sample(list(stories), min(count, len(stories))):
        turns[-1] = replace(turns[-1], fate="ours")
