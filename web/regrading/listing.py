"""The regrades of a course, and its exercises: which of them have work that an older edition graded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.messages import Text
from web.catalogue import Catalogue
from web.database.base import State
from web.database.models import Assignment, Course, Regrade, Submission, User
from web.regrading.beginning import OPEN
from web.regrading.progress import counts
from web.staff.tables import title_of


@dataclass(frozen=True)
class Graded:
    """An exercise. graded: submissions; older: those by another edition than the present; open: its open regrade."""

    assignment_id: int
    exercise: str
    title: Text
    present: bool  # whether the exercise is there to grade by
    graded: int
    older: int
    open: int | None


@dataclass(frozen=True)
class Listed:
    """A regrade in the list."""

    regrade: Regrade
    exercise: str
    title: Text
    by: str
    states: Mapping[State, int]

    @property
    def of(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.of - self.states.get("waiting", 0)


@dataclass(frozen=True)
class Listing:
    """All of a course. regrades: the newest first."""

    exercises: tuple[Graded, ...]
    regrades: tuple[Listed, ...]

    @property
    def open(self) -> tuple[Listed, ...]:
        return tuple(one for one in self.regrades if one.regrade.state in OPEN)

    @property
    def past(self) -> tuple[Listed, ...]:
        return tuple(one for one in self.regrades if one.regrade.state not in OPEN)

    @property
    def outdated(self) -> tuple[Graded, ...]:
        """Exercises whose work the present edition has not seen, and nobody is trying it."""
        return tuple(one for one in self.exercises if one.older and one.present and one.open is None)


def listing(session: Session, catalogue: Catalogue, course: Course) -> Listing:
    """The exercises in the order of the course."""
    regrades = _regrades(session, catalogue, course)
    opened = {one.regrade.assignment_id: one.regrade.id for one in regrades if one.regrade.state in OPEN}
    editions = _editions(session, course)

    def graded(assignment: Assignment) -> Graded:
        sheet, by_edition = catalogue.get(assignment.exercise), editions.get(assignment.id, Counter())
        number = by_edition.total()
        return Graded(
            assignment.id,
            assignment.exercise,
            title_of(catalogue, assignment.exercise),
            sheet is not None,
            number,
            number - by_edition[sheet.edition] if sheet else 0,
            opened.get(assignment.id),
        )

    return Listing(tuple(graded(one) for one in course.assignments), regrades)


def _editions(session: Session, course: Course) -> dict[int, Counter[str]]:
    """Of each exercise, how many submissions are graded by which edition."""
    found = (
        select(Submission.assignment_id, Submission.edition, func.count())
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course.id, Submission.state == "graded")
        .group_by(Submission.assignment_id, Submission.edition)
    )
    editions: dict[int, Counter[str]] = {}
    for assignment, edition, count in session.execute(found):
        editions.setdefault(assignment, Counter())[edition] = count
    return editions


def _regrades(session: Session, catalogue: Catalogue, course: Course) -> tuple[Listed, ...]:
    found = (
        select(Regrade, Assignment.exercise, User.name)
        .join(Assignment, Assignment.id == Regrade.assignment_id)
        .join(User, User.id == Regrade.created_by)
        .where(Assignment.course_id == course.id)
        .order_by(Regrade.id.desc())
    )
    rows = session.execute(found).all()
    states = counts(session, [regrade.id for regrade, _, _ in rows])
    return tuple(
        Listed(regrade, exercise, title_of(catalogue, exercise), name, states.get(regrade.id, {}))
        for regrade, exercise, name in rows
    )
