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
from web.database.models import Assignment, Course
from web.students.work import Attempt, counting, histories

State = Literal["done", "begun", "waiting", "ours", "untouched", "missed", "later"]

LOOKS: dict[State, tuple[str, str, Text]] = {  # a kind of chip, a shape and a word: never colour alone
    "done": ("passed", "✓", Text("done", "完成")),
    "begun": ("plain", "◐", Text("in progress", "进行中")),
    "waiting": ("waiting", "…", Text("being graded", "评分中")),
    "ours": ("plain", "!", Text("our fault, not counted", "我们的故障，不计分")),
    "untouched": ("not-run", "○", Text("not begun", "未开始")),
    "missed": ("failed", "✗", Text("closed", "已截止")),
    "later": ("not-run", "○", Text("not open yet", "尚未开放")),
}


@dataclass(frozen=True)
class Standing:
    """One person and one exercise. sheet: None where the exercise has left the folder; attempts: newest first."""

    assignment: Assignment
    sheet: Sheet | None
    attempts: tuple[Attempt, ...]
    now: datetime

    @property
    def title(self) -> Text:
        return self.sheet.title if self.sheet else Text(self.assignment.exercise, self.assignment.exercise)

    @property
    def counting(self) -> Attempt | None:
        return counting(self.attempts)

    @property
    def points(self) -> float:
        """What counts now; nothing where nothing was graded."""
        return (self.counting and self.counting.points) or 0.0

    @property
    def out_of(self) -> float:
        if self.sheet:
            return self.sheet.points
        return (self.counting and self.counting.out_of) or 0.0

    @property
    def closed(self) -> bool:
        return self.assignment.deadline is not None and self.now > self.assignment.deadline

    @property
    def opened(self) -> bool:
        return self.assignment.opens_at is None or self.now >= self.assignment.opens_at

    @property
    def state(self) -> State:
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
    def left(self) -> int | None:
        """How many attempts are left; None for any number."""
        if self.assignment.attempts is None:
            return None
        used = sum(one.state != "ours" for one in self.attempts)  # what we could not grade uses none
        return max(self.assignment.attempts - used, 0)

    @property
    def to_do(self) -> bool:
        """Whether there is something to be done, and it still can be."""
        return self.state in {"untouched", "begun", "ours"} and self.opened and not self.closed and self.left != 0


@dataclass(frozen=True)
class Chapter:
    """A part of a course."""

    title: Text
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Progress:
    """One person in one course. `standings` are in the order of the course."""

    course: Course
    role: str
    standings: tuple[Standing, ...]
    chapters: tuple[Chapter, ...]

    @property
    def done(self) -> int:
        return sum(one.state == "done" for one in self.standings)

    @property
    def points(self) -> float:
        return sum(one.points for one in self.standings)

    @property
    def out_of(self) -> float:
        return sum(one.out_of for one in self.standings)

    @property
    def next(self) -> Standing | None:
        """What is to be done first: what closes first, and of equals what comes first in the course."""
        open_ones = [one for one in self.standings if one.to_do]
        return min(
            open_ones, key=lambda one: (not one.assignment.deadline, one.assignment.deadline or one.now), default=None
        )


def progress(
    session: Session, catalogue: Catalogue, course: Course, person: tuple[int, str], now: datetime
) -> Progress:
    """person: (user id, role)."""
    attempts = histories(session, course, person[0])
    standings = tuple(
        Standing(one, catalogue.get(one.exercise), tuple(attempts.get((one.id, person[0]), ())), now)
        for one in course.assignments
    )
    return Progress(course, person[1], standings, tuple(_chapters(catalogue, standings)))


def _chapters(catalogue: Catalogue, standings: tuple[Standing, ...]) -> Iterator[Chapter]:
    """In the order of their first exercises."""
    found: dict[str, list[Standing]] = {}
    for one in standings:
        found.setdefault(one.sheet.chapter if one.sheet else "", []).append(one)
    for name, members in found.items():
        yield Chapter(catalogue.chapter_title(name), tuple(members))
