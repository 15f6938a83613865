"""The weights of a course's total as its form says them: categories, what is in each, and whether students see it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from unicodedata import normalize

from sqlalchemy.orm import Session

from grader.plain import to_plain
from grader.words import amount
from web.accounts.journal import note
from web.catalogue import Catalogue
from web.database.models import Assignment, Column, Course
from web.setup.changing import about_course
from web.setup.typed import Typed
from web.totals.weighing import MOST, Category, categories_of

LONGEST = 100  # characters of a name
MOST_DROPPED, MOST_CATEGORIES = 50, 20

Rows = Sequence[Assignment | Column]


@dataclass(frozen=True)
class Weights:
    """of: the category of each exercise and column, by its key; empty: in none."""

    categories: tuple[Category, ...]
    of: Mapping[str, str]
    shows: bool


def weights_of(course: Course, rows: Rows) -> Weights:
    """As they are set. rows: the exercises, and the columns that people fill in."""
    known = {one.name for one in categories_of(course.weights)}
    of = {key(row): row.category if row.category in known else "" for row in rows}
    return Weights(categories_of(course.weights), of, course.shows_total)


def key(row: Assignment | Column) -> str:
    """What a form calls it: an exercise by its name, as its file is; a column by its number."""
    return row.exercise if isinstance(row, Assignment) else f"column-{row.id}"


def fields_of(weights: Weights) -> dict[str, str]:
    """The form. Fields are called after a category's name, so that two people's forms mean the same by them."""
    fields = {"shows": "yes" if weights.shows else "no"}
    for one in weights.categories:
        drops = str(one.drops) if one.drops else ""
        fields |= {f"name:{one.name}": one.name, f"weight:{one.name}": amount(one.weight), f"drops:{one.name}": drops}
    return fields | {f"of:{name}": category for name, category in weights.of.items()}


def wanted(form: Typed, now: Weights) -> Weights:
    """What the form asks for; its mistakes are in it. `remove` names a category; the one without a name is new."""
    names = [one.name for one in now.categories if one.name != form.form.get("remove")]
    if any(form[f"{name}:"] for name in ("name", "weight", "drops")):
        names.append("")
    made = {name: _category(form, name) for name in names}
    _refuse_doubles(form, made)
    if len(made) > MOST_CATEGORIES:
        form.refuse("name:", "There are too many categories already.", "类别已经太多了。")
    of = {name: made[where].name if where in made and where else "" for name, where in _places(form, now)}
    return Weights(tuple(made.values()), of, form.one_of("shows", ("yes", "no")) == "yes")


def one_for_each_chapter(catalogue: Catalogue, course: Course, now: Weights) -> Weights:
    """To begin with: weights are the chapters' shares of all points, so that the total is about what it was."""
    chapters: dict[str, float] = {}
    of = dict(now.of)
    for row in course.assignments:
        sheet = catalogue.get(row.exercise)
        if sheet:
            name = _in_both(catalogue, sheet.chapter)
            chapters[name] = chapters.get(name, 0.0) + sheet.points
            of[row.exercise] = name
    shares = _whole([points * MOST / (sum(chapters.values()) or 1) for points in chapters.values()])
    found = tuple(Category(name, float(share)) for name, share in zip(chapters, shares, strict=True))
    return Weights(found[:MOST_CATEGORIES], of, now.shows)


def put(session: Session, course: Course, rows: Rows, weights: Weights, by: tuple[int, datetime]) -> bool:
    """Whether anything changed; then one line of the audit has all of it, before and after. by: who, when."""
    before = weights_of(course, rows)
    if before == weights:
        return False
    course.weights = [to_plain(Category, one) for one in weights.categories] or None
    course.shows_total = weights.shows
    for row in rows:
        row.category = weights.of.get(key(row), "")
    actor, moment = by
    note(session, moment, "total changed", actor, about_course(course), old=_words(before), new=_words(weights))
    return True


def usual(catalogue: Catalogue, course: Course) -> dict[str, str]:
    """By chapter the category in which all its exercises are; a chapter that is in several, or in none, has none."""
    found: dict[str, set[str]] = {}
    for row in course.assignments:
        sheet = catalogue.get(row.exercise)
        if sheet:
            found.setdefault(sheet.chapter, set()).add(row.category)
    return {chapter: next(iter(names)) for chapter, names in found.items() if len(names) == 1}


def possible(categories: Iterable[Category]) -> bool:
    """Whether a form could say so."""
    found = list(categories)
    good = all(
        0 < len(one.name) <= LONGEST and one.name.isprintable() and 0 <= one.weight <= MOST
        and 0 <= one.drops <= MOST_DROPPED
        for one in found
    )  # fmt: skip
    return good and len({one.name.casefold() for one in found}) == len(found) <= MOST_CATEGORIES


def _category(form: Typed, old: str) -> Category:
    name = normalize("NFC", form[f"name:{old}"])
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        form.refuse(
            f"name:{old}", f"Give it a name, in at most {LONGEST} letters.", f"请填写名称，最多 {LONGEST} 个字。"
        )
    if not form[f"weight:{old}"]:
        form.refuse(f"weight:{old}", "Write its weight.", "请填写权重。")
    return Category(name, form.percent(f"weight:{old}"), form.whole(f"drops:{old}", 0, MOST_DROPPED))


def _refuse_doubles(form: Typed, made: Mapping[str, Category]) -> None:
    seen: set[str] = set()
    for old, one in made.items():
        if one.name.casefold() in seen:
            form.refuse(f"name:{old}", "Another category has this name.", "已有同名的类别。")
        seen.add(one.name.casefold())


def _places(form: Typed, now: Weights) -> Iterator[tuple[str, str]]:
    """Where the form puts each; what it does not know stays where it is."""
    for name, category in now.of.items():
        yield name, form.form.get(f"of:{name}", category)


def _in_both(catalogue: Catalogue, chapter: str) -> str:
    """A chapter's title for readers of both languages."""
    title = catalogue.chapter_title(chapter)
    return (title.en if title.en == title.zh else f"{title.en} / {title.zh}")[:LONGEST]


def _whole(shares: list[float]) -> list[int]:
    """Whole numbers that add up to the same: what is lost goes to those that lost most."""
    found = [floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda at: found[at] - shares[at])
    for at in order[: round(sum(shares)) - sum(found)]:
        found[at] += 1
    return found


def _words(weights: Weights) -> str:
    said = [
        [one.name, one.weight, one.drops, [name for name, where in weights.of.items() if where == one.name]]
        for one in weights.categories
    ]
    return json.dumps({"shows": weights.shows, "categories": said}, ensure_ascii=False)
