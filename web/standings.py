"""Where somebody stands: with an exercise, in a course, and what is to be done next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from grader.messages import Text
from grader.reading import Sheet
from web.catalogue import Catalogue
from web.database.base import STAFF
from web.database.models import Arrangement, Assignment, Course
from web.terms import Left, Step, Terms, Worth, left, terms_of
from web.totals.reading import columns, worth_before
from web.totals.weighing import Item, Total, categories_of, weigh
from web.work import Attempt, arrangements, counted, counting, histories, history, terms_for

State = Literal["done", "begun", "waiting", "ours", "untouched", "missed", "later", "excused"]

LOOKS: dict[State, tuple[str, str, Text]] = {  # a kind of chip, a shape and a word: never colour alone
    "done": ("passed", "✓", Text("done", "完成")),
    "begun": ("plain", "◐", Text("in progress", "进行中")),
    "waiting": ("waiting", "…", Text("being graded", "评分中")),
    "ours": ("plain", "!", Text("our fault, not counted", "我们的故障，不计分")),
    "untouched": ("not-run", "○", Text("not begun", "未开始")),
    "missed": ("failed", "✗", Text("closed", "已截止")),
    "later": ("not-run", "○", Text("not open yet", "尚未开放")),
    "excused": ("plain", "–", Text("excused", "免做")),
}


@dataclass(frozen=True)
class Standing:
    """One person and one exercise. sheet: None where the exercise has left the folder; attempts: newest first."""

    assignment: Assignment
    sheet: Sheet | None
    terms: Terms
    attempts: tuple[Attempt, ...]
    now: datetime

    @property
    def title(self) -> Text:
        return self.sheet.title if self.sheet else Text(self.assignment.exercise, self.assignment.exercise)

    @property
    def counting(self) -> Attempt | None:
        return counting(self.attempts)

    @property
    def result(self) -> Worth | None:
        """What counts, step by step; None where nothing does."""
        graded = self.counting.worth if self.counting else None
        if self.terms.points is None:
            return graded
        why = self.terms.points_why
        set_by_staff = Step(Text(f"set by staff: {why}", f"教师设定：{why}"), self.terms.points)
        return Worth(self.terms.points, (*(graded.steps if graded else ()), set_by_staff))

    @property
    def points(self) -> float:
        """What counts now; nothing where nothing does."""
        return self.result.points if self.result else 0.0

    @property
    def out_of(self) -> float:
        if self.sheet:
            return self.sheet.points
        return (self.counting and self.counting.out_of) or 0.0

    @property
    def closed(self) -> bool:
        return self.terms.closed(self.now)

    @property
    def late(self) -> bool:
        """Whether what is handed in now comes after the deadline, but is still taken in."""
        return self.terms.deadline is not None and self.now > self.terms.deadline and not self.closed

    @property
    def opened(self) -> bool:
        return self.terms.opened(self.now)

    @property
    def state(self) -> State:
        if self.terms.excused:
            return "excused"
        last = self.attempts[0] if self.attempts else None
        if last and last.state == "waiting":
            return "waiting"
        if self.counting:
            return "done" if self.counting.points == self.counting.out_of else "begun"
        if last:
            return "ours"
        if not self.opened:
            return "later"
        return "missed" if self.closed else "untouched"

    @property
    def look(self) -> tuple[str, str, Text]:
        """(kind of chip, shape, word)."""
        return LOOKS[self.state]

    @property
    def left(self) -> Left:
        """How many attempts are left; what we could not grade uses none."""
        return left(self.terms, (one.created_at for one in self.attempts if one.state != "ours"), self.now)

    @property
    def due(self) -> bool:
        """Whether nothing counts as 0 by now: nothing more is taken in, and what was is graded."""
        over = self.closed or self.assignment.course.archived_at is not None
        return over and all(one.points is not None for one in self.attempts)

    @property
    def to_do(self) -> bool:
        """Whether there is something to be done, and it still can be."""
        begun = self.state in {"untouched", "begun", "ours"}
        return begun and self.opened and not self.closed and self.left.attempts != 0


@dataclass(frozen=True)
class Chapter:
    """A part of a course."""

    title: Text
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Progress:
    """One person in one course. `standings` are in the order of the course; total: None where it has no weights."""

    course: Course
    role: str
    standings: tuple[Standing, ...]
    chapters: tuple[Chapter, ...]
    total: Total | None

    @property
    def done(self) -> int:
        return sum(one.state == "done" for one in self.standings)

    @property
    def points(self) -> float:
        return sum(one.points for one in self.standings if not one.terms.excused)

    @property
    def out_of(self) -> float:
        return sum(one.out_of for one in self.standings if not one.terms.excused)

    @property
    def next(self) -> Standing | None:
        """What is to be done first: what closes first, and of equals what comes first in the course."""
        open_ones = [one for one in self.standings if one.to_do]
        return min(open_ones, key=lambda one: (not one.terms.closes_at, one.terms.closes_at or one.now), default=None)


def progress(
    session: Session, catalogue: Catalogue, course: Course, person: tuple[int, str], now: datetime
) -> Progress:
    """person: (user id, role). Drafts are for staff."""
    attempts, arranged = histories(session, course, person[0]), arrangements(session, course, person[0])
    standings = tuple(
        standing(catalogue, one, arranged.get((one.id, person[0])), attempts.get((one.id, person[0]), []), now)
        for one in course.assignments
        if person[1] in STAFF or not one.draft
    )
    chapters = tuple(_chapters(catalogue, standings))
    return Progress(course, person[1], standings, chapters, _total(session, course, standings, person[0]))


def of_one(session: Session, catalogue: Catalogue, assignment: Assignment, user_id: int, now: datetime) -> Standing:
    """Where somebody stands with one exercise."""
    terms = terms_for(session, assignment, user_id)
    attempts = tuple(history(session, assignment, user_id))
    return Standing(assignment, catalogue.get(assignment.exercise), terms, attempts, now)


def standing(
    catalogue: Catalogue, assignment: Assignment, arranged: Arrangement | None, attempts: list[Attempt], now: datetime
) -> Standing:
    """attempts: newest first, unmarked."""
    terms = terms_of(assignment, arranged)
    valued = counted(attempts, terms, assignment.course.counts)
    return Standing(assignment, catalogue.get(assignment.exercise), terms, tuple(valued), now)


def _total(session: Session, course: Course, standings: tuple[Standing, ...], user_id: int) -> Total | None:
    """As web/gradebook/book.py finds it for a whole class. Drafts count for nobody."""
    categories = categories_of(course.weights)
    if not categories:
        return None
    published = [one for one in standings if not one.assignment.draft]
    gone = worth_before(session, [one.assignment.id for one in published if one.sheet is None])
    exercises = [_item(one, gone.get(one.assignment.id, 0.0)) for one in published]
    return weigh(categories, [*exercises, *columns(session, course, user_id)])


def _item(one: Standing, worth: float) -> Item:
    points, out_of = one.result.points if one.result else None, one.sheet.points if one.sheet else worth
    return Item(one.title, one.assignment.category, points, out_of, one.due, one.terms.excused)


def _chapters(catalogue: Catalogue, standings: tuple[Standing, ...]) -> Iterator[Chapter]:
    """In the order of their first exercises."""
    found: dict[str, list[Standing]] = {}
    for one in standings:
        found.setdefault(one.sheet.chapter if one.sheet else "", []).append(one)
    for name, members in found.items():
        yield Chapter(catalogue.chapter_title(name), tuple(members))
