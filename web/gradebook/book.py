"""What counts of every student and exercise, and the columns that people fill in: read for a whole class at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from statistics import fmean, median

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.messages import Text
from web.catalogue import Catalogue
from web.database.base import Counts
from web.database.models import Assignment, Column, Course, Grade, Mark, Membership, Submission, User
from web.terms import Terms, late_days, terms_of, value
from web.totals.weighing import Category, Item, Total, categories_of, weigh
from web.work import arrangements, which

Tried = tuple[int, bool, datetime, float | None, float | None]  # number, waits, handed in, points, out of


@dataclass(frozen=True, slots=True)
class Cell:
    """points: what counts, None where nothing does; `changed`: staff put them in place of what was graded.

    due: where nothing counts, that is 0 by now.
    """

    points: float | None = None
    excused: bool = False
    late: bool = False
    changed: bool = False
    waits: bool = False
    due: bool = False


@dataclass(frozen=True)
class Head:
    """A column. key: the exercise, or `column-3`; column: the id of one that people fill in.

    category: of the course's weights; empty: what a student has of whom nothing is known there.
    """

    key: str
    title: Text
    out_of: float
    category: str
    column: int | None = None
    empty: Cell = Cell()


@dataclass(frozen=True)
class Line:
    """A student. cells: in the order of the heads; out_of: of what this student is not excused from.

    weighed: None where the course has no weights.
    """

    user_id: int
    name: str
    email: str
    group: str
    cells: tuple[Cell, ...]
    total: float
    out_of: float
    weighed: Total | None = None

    @property
    def percent(self) -> float | Fraction | None:
        """By weight where the course has weights, and else of all points."""
        if self.weighed:
            return self.weighed.percent
        return 100 * self.total / self.out_of if self.out_of else None


@dataclass(frozen=True)
class Middle:
    """What a class has in a column, of those who have something there."""

    mean: float | None
    median: float | None

    @classmethod
    def of(cls, values: Iterable[float | Fraction | None]) -> Middle:
        known = [float(value) for value in values if value is not None]
        return cls(fmean(known), median(known)) if known else cls(None, None)


@dataclass(frozen=True)
class Book:
    """Everybody's points. lines: by name."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    categories: tuple[Category, ...] = ()

    @property
    def out_of(self) -> float:
        return sum(head.out_of for head in self.heads)

    @property
    def groups(self) -> list[str]:
        return sorted({line.group for line in self.lines if line.group})


def read(session: Session, catalogue: Catalogue, course: Course, now: datetime) -> Book:
    """In a number of queries that does not grow with the class. Drafts are left out: they count for nobody yet."""
    assignments = [one for one in course.assignments if not one.draft]
    tried = _tried(session, assignments)
    exercises = [_exercise(catalogue, one, tried, now) for one in assignments]
    cells = {**_cells(session, course, assignments, tried, now), **_marks(session, course)}
    heads, categories = (*exercises, *_columns(session, course)), categories_of(course.weights)
    lines = (_line(person, heads, cells, categories) for person in _students(session, course))
    return Book(heads, tuple(lines), categories)


def columns(session: Session, course_id: int) -> list[Column]:
    """Those that people fill in, in their order."""
    found = select(Column).where(Column.course_id == course_id).order_by(Column.position, Column.id)
    return list(session.scalars(found))


def _line(
    person: tuple[int, str, str, str],
    heads: tuple[Head, ...],
    known: Mapping[tuple[str, int], Cell],
    categories: tuple[Category, ...],
) -> Line:
    cells = tuple(known.get((head.key, person[0]), head.empty) for head in heads)
    pairs = list(zip(heads, cells, strict=True))
    out_of = sum(head.out_of for head, cell in pairs if not cell.excused)
    weighed = weigh(categories, (_item(*pair) for pair in pairs)) if categories else None
    return Line(*person, cells=cells, total=sum(cell.points or 0.0 for cell in cells), out_of=out_of, weighed=weighed)


def _item(head: Head, cell: Cell) -> Item:
    return Item(head.title, head.category, cell.points, head.out_of, cell.due, cell.excused)


def _students(session: Session, course: Course) -> list[tuple[int, str, str, str]]:
    found = (
        select(User.id, User.name, User.email, Membership.group)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.course_id == course.id, Membership.role == "student")
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name, row.email, row.group) for row in session.execute(found)]


def _tried(session: Session, assignments: list[Assignment]) -> dict[tuple[int, int], list[Tried]]:
    """Of each (assignment id, user id) the attempts, as plain rows: there are many."""
    columns = (Submission.assignment_id, Submission.user_id, Submission.number, Submission.state == "waiting")
    found = (
        select(*columns, Submission.created_at, Grade.points, Grade.out_of)
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(Submission.assignment_id.in_([one.id for one in assignments]))
        .order_by(Submission.assignment_id, Submission.user_id)
    )
    rows = groupby(session.execute(found), key=lambda row: (row[0], row[1]))
    return {key: [(row[2], row[3], row[4], row[5], row[6]) for row in attempts] for key, attempts in rows}


def _cells(
    session: Session,
    course: Course,
    assignments: list[Assignment],
    tried: dict[tuple[int, int], list[Tried]],
    now: datetime,
) -> dict[tuple[str, int], Cell]:
    """By exercise and user id, where there is anything to say."""
    arranged = arrangements(session, course)
    terms = {one.id: (one, terms_of(one)) for one in assignments}
    found = {}
    for key in tried.keys() | {key for key in arranged if key[0] in terms}:
        assignment, general = terms[key[0]]
        own = terms_of(assignment, arranged[key]) if key in arranged else general
        over = course.archived_at is not None or own.closed(now)
        found[assignment.exercise, key[1]] = _cell(own, tried.get(key, []), course.counts, over=over)
    return found


def _cell(terms: Terms, attempts: list[Tried], counts: Counts, *, over: bool) -> Cell:
    """As web.standings finds it for one student, without the words. over: nothing more is taken in."""
    waits = any(waiting for _, waiting, _, _, _ in attempts)
    due = over and all(got is not None for *_, got, _ in attempts)
    if terms.excused:
        return Cell(excused=True, waits=waits)
    graded = {number: (value(terms, got, at), at) for number, _, at, got, _ in attempts if got is not None}
    number = which(((number, worth) for number, (worth, _) in graded.items()), counts)
    late = number is not None and late_days(terms, graded[number][1]) > 0
    if terms.points is not None:
        return Cell(terms.points, late=late, changed=True, waits=waits, due=due)
    return Cell(None if number is None else graded[number][0], late=late, waits=waits, due=due)


def _exercise(
    catalogue: Catalogue, assignment: Assignment, tried: dict[tuple[int, int], list[Tried]], now: datetime
) -> Head:
    """One that has left the folder is worth what it was."""
    name, category, sheet = assignment.exercise, assignment.category, catalogue.get(assignment.exercise)
    empty = Cell(due=assignment.course.archived_at is not None or terms_of(assignment).closed(now))
    if sheet:
        return Head(name, sheet.title, sheet.points, category, empty=empty)
    known = (out_of or 0.0 for key, rows in tried.items() if key[0] == assignment.id for *_, out_of in rows)
    return Head(name, Text(name, name), max(known, default=0.0), category, empty=empty)


def _columns(session: Session, course: Course) -> list[Head]:
    found = columns(session, course.id)
    return [Head(f"column-{one.id}", Text(one.name, one.name), one.out_of, one.category, one.id) for one in found]


def _marks(session: Session, course: Course) -> dict[tuple[str, int], Cell]:
    found = select(Mark.column_id, Mark.user_id, Mark.points).join(Column).where(Column.course_id == course.id)
    return {(f"column-{row.column_id}", row.user_id): Cell(row.points) for row in session.execute(found)}
