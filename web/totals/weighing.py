"""A total out of categories, each with a weight and with its lowest scores dropped. Exact; rounded where it is shown.

Within a category points are added up. A category in which nothing counts leaves its weight to the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from grader.messages import Text
from grader.plain import from_plain

FINEST = 1_000_000  # points are taken to the millionth, and calculated with as whole numbers
MOST = 100  # percent


@dataclass(frozen=True)
class Category:
    """weight: compared with those of the others; drops: so many of the lowest scores are left out.

    name: for readers of both languages where ` / ` stands in it.
    """

    name: str
    weight: float
    drops: int = 0

    @cached_property
    def title(self) -> Text:
        en, _, zh = self.name.partition(" / ")
        return Text(en, zh or en)

    @cached_property
    def exact(self) -> Fraction:
        """The weight as it was written: 33.3 is 333/10."""
        return Fraction(str(self.weight))


@dataclass(frozen=True, slots=True)
class Item:
    """An exercise, or a column, of one student. points: None where nothing counts yet; due: then that counts as 0."""

    title: Text
    category: str
    points: float | None
    out_of: float
    due: bool = False
    excused: bool = False

    @property
    def counts(self) -> bool:
        return not self.excused and (self.points is not None or self.due)


@dataclass(frozen=True)
class Part:
    """What a student has in a category. Every item of it is in one of the four; bonuses (out of 0) are kept."""

    category: Category
    kept: tuple[Item, ...]
    dropped: tuple[Item, ...]
    waiting: tuple[Item, ...]
    excused: tuple[Item, ...]

    @cached_property
    def got(self) -> Fraction:
        return Fraction(sum(_fine(one.points) for one in self.kept), FINEST)

    @cached_property
    def out_of(self) -> Fraction:
        return Fraction(sum(_fine(one.out_of) for one in self.kept), FINEST)

    @property
    def share(self) -> Fraction | None:
        """In percent; a bonus may lift it above 100. None where there is nothing of which it could be a share."""
        return MOST * self.got / self.out_of if self.out_of else None


@dataclass(frozen=True)
class Total:
    """parts: in the order of the categories; outside: items in none of these, which count nowhere."""

    parts: tuple[Part, ...]
    outside: tuple[Item, ...]

    @cached_property
    def weighed(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """(share, weight) of the categories in which something counts."""
        return tuple((one.share, one.category.exact) for one in self.parts if one.share is not None)

    @cached_property
    def weight(self) -> Fraction:
        """Of these together."""
        return sum((weight for _, weight in self.weighed), Fraction())

    @cached_property
    def uncapped(self) -> Fraction | None:
        return (
            sum((share * weight for share, weight in self.weighed), Fraction()) / self.weight if self.weight else None
        )

    @cached_property
    def percent(self) -> Fraction | None:
        """From 0 to 100; None where nothing counts."""
        return None if self.uncapped is None else min(self.uncapped, Fraction(MOST))

    @cached_property
    def least(self) -> Fraction | None:
        """The same if everything that is not there yet came to 0."""
        return weigh([one.category for one in self.parts], (replace(one, due=True) for one in self._items)).percent

    @property
    def _items(self) -> Iterable[Item]:
        for part in self.parts:
            yield from (*part.kept, *part.dropped, *part.waiting, *part.excused)


def weigh(categories: Sequence[Category], items: Iterable[Item]) -> Total:
    """What these items come to."""
    inside: dict[str, list[Item]] = {one.name: [] for one in categories}
    outside: list[Item] = []
    for item in items:
        inside.get(item.category, outside).append(item)
    return Total(tuple(_part(one, inside[one.name]) for one in categories), tuple(outside))


def categories_of(plain: Sequence[Mapping[str, Any]] | None) -> tuple[Category, ...]:
    """As a row of courses keeps them; empty where nothing is weighed."""
    found: tuple[Category, ...] = from_plain(tuple[Category, ...], list(plain or ()), "weights")
    return found


def _part(category: Category, items: list[Item]) -> Part:
    counting = [one for one in items if one.counts]
    kept = _best(counting, category.drops)
    ids = {id(one) for one in kept}
    return Part(
        category,
        tuple(one for one in counting if id(one) in ids),
        tuple(one for one in counting if id(one) not in ids),
        tuple(one for one in items if not one.counts and not one.excused),
        tuple(one for one in items if one.excused),
    )


def _best(items: list[Item], drops: int) -> list[Item]:
    """All but so many, of which the rest has the highest share; one is always kept, and so is every bonus.

    To leave out the lowest shares one by one is not that where exercises are worth different points. So: of those
    that are kept, take the share; keep those that lie most above it; until it does not rise any more.
    """
    bonuses, graded = [one for one in items if not one.out_of], [one for one in items if one.out_of]
    number = max(len(graded) - drops, 1)
    if not drops or number >= len(graded):
        return items
    kept, share = bonuses + graded[:number], _sums(bonuses + graded[:number])
    while True:
        got, out_of = share
        order = sorted(graded, key=lambda one: got * _fine(one.out_of) - out_of * _fine(one.points))
        better = bonuses + order[:number]
        share = _sums(better)
        if share[0] * out_of <= got * share[1]:
            return kept
        kept = better


def _sums(items: list[Item]) -> tuple[int, int]:
    return sum(_fine(one.points) for one in items), sum(_fine(one.out_of) for one in items)


def _fine(points: float | None) -> int:
    return round((points or 0.0) * FINEST)
