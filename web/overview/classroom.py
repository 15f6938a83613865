"""The class's page: every exercise in one line, and what needs somebody today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.messages import Text
from web.catalogue import Catalogue
from web.database.models import Assignment, Course
from web.overview import reading
from web.overview.counting import Counted, counted
from web.overview.reading import Note, Published, Student
from web.overview.statistics import MANY, Stuck, Summary, Tally, stories, stuck, summary
from web.staff.tables import title_of
from web.terms import Terms, terms_of


@dataclass(frozen=True)
class Line:
    """One exercise. former: grades of an edition that is not the catalogue's; ours: what we could not grade.

    stuck: None where the exercise is closed, so that nobody can be helped with it any more.
    """

    assignment: Assignment
    title: Text
    known: bool
    terms: Terms
    summary: Summary
    stuck: tuple[Stuck, ...] | None
    former: int
    ours: int
    tallies: tuple[Tally, ...]

    def running(self, now: datetime) -> bool:
        """Whether something can be handed in."""
        return self.terms.opened(now) and not self.terms.closed(now)


@dataclass(frozen=True)
class Classroom:
    """A course at a glance. notes: what staff flagged; regrades: exercises (assignment ids) with one to publish.

    published: by assignment id, an edition that came from elsewhere and that nobody here has taken note of.
    spared: (assignment id, user id) of whoever is excused, or has an extension that has not ended.
    """

    lines: tuple[Line, ...]
    members: Mapping[int, Student]
    spared: frozenset[tuple[int, int]]
    groups: tuple[str, ...]
    notes: tuple[Note, ...]
    regrades: tuple[int, ...]
    published: Mapping[int, Published]
    now: datetime

    def line(self, assignment_id: int) -> Line:
        return next(one for one in self.lines if one.assignment.id == assignment_id)

    @property
    def students(self) -> int:
        return len(self.members)

    @property
    def ours(self) -> int:
        return sum(line.ours for line in self.lines)


def classroom(session: Session, catalogue: Catalogue, course: Course, now: datetime, group: str = "") -> Classroom:
    """Of everybody, or of one group. A handful of queries, however large the class is."""
    everybody = reading.students(session, course)
    members = in_group(everybody, group)
    assignments = list(course.assignments)
    editions = {one.id: _edition(catalogue, one) for one in assignments}
    found = counted(session, course, members, editions)
    excused = reading.excused(session, editions)
    circling = _stuck(session, {one.id: _of(found, one) for one in assignments if not terms_of(one).closed(now)})
    return Classroom(
        lines=tuple(
            _line(catalogue, one, _of(found, one), circling.get(one.id), _could(one, members, _of(found, one), excused))
            for one in assignments
        ),
        members=members,
        spared=frozenset(excused | reading.extended(session, editions, now)),
        groups=groups_of(everybody),
        notes=tuple(note for note in reading.notes(session, course) if note.user_id in members),
        regrades=tuple(reading.ready_regrades(session, course)),
        published=reading.publications(session, course),
        now=now,
    )


def in_group(everybody: Mapping[int, Student], group: str) -> dict[int, Student]:
    """Those of one group; all of them where no group is named."""
    return {number: one for number, one in everybody.items() if not group or one.group == group}


def groups_of(everybody: Mapping[int, Student]) -> tuple[str, ...]:
    """The names of all groups that have somebody in them."""
    return tuple(sorted({one.group for one in everybody.values()} - {""}))


def _edition(catalogue: Catalogue, assignment: Assignment) -> str | None:
    """The one that is graded by now; None where the exercise has left the folder."""
    sheet = catalogue.get(assignment.exercise)
    return sheet.edition if sheet else None


def _of(found: Mapping[int, Counted], assignment: Assignment) -> Counted:
    return found.get(assignment.id, Counted((), 0))


def _could(
    assignment: Assignment, members: Mapping[int, Student], found: Counted, excused: set[tuple[int, int]]
) -> int:
    """How many might have begun: who is excused counts only where they did."""
    begun = {one.user_id for one in found.tallies}
    return sum(number in begun or (assignment.id, number) not in excused for number in members)


def _stuck(session: Session, running: Mapping[int, Counted]) -> dict[int, tuple[Stuck, ...]]:
    """Codes and verdicts are read of those only who have tried often and not passed."""
    tried = {
        (number, one.user_id)
        for number, found in running.items()
        for one in found.tallies
        if one.graded >= MANY and not one.passed
    }
    users, numbers = sorted({user_id for _, user_id in tried}), sorted({number for number, _ in tried})
    read = reading.attempts_at(session, numbers, users) if tried else []
    return {
        number: tuple(one for story in stories(a for a in read if a.assignment_id == number) if (one := stuck(story)))
        for number in running
    }


def _line(
    catalogue: Catalogue, assignment: Assignment, found: Counted, circling: tuple[Stuck, ...] | None, students: int
) -> Line:
    return Line(
        assignment=assignment,
        title=title_of(catalogue, assignment.exercise),
        known=catalogue.get(assignment.exercise) is not None,
        terms=terms_of(assignment),
        summary=summary(found.tallies, students),
        stuck=circling,
        former=found.former if catalogue.get(assignment.exercise) else 0,
        ours=sum(one.ours for one in found.tallies),
        tallies=found.tallies,
    )
