"""The class's page: every exercise in one line, and what needs somebody today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.messages import Text
from web.catalogue import Catalogue
from web.database.models import Assignment, Course
from web.overview import reading
from web.overview.reading import Note, Student
from web.overview.statistics import MANY, Attempt, Story, Stuck, Summary, stories, stuck, summary
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

    def running(self, now: datetime) -> bool:
        """Whether something can be handed in."""
        return self.terms.opened(now) and not self.terms.closed(now)


@dataclass(frozen=True)
class Classroom:
    """A course at a glance. notes: what staff flagged; regrades: exercises (assignment ids) with one to publish."""

    lines: tuple[Line, ...]
    students: int
    groups: tuple[str, ...]
    notes: tuple[Note, ...]
    regrades: tuple[int, ...]
    now: datetime

    def line(self, assignment_id: int) -> Line:
        return next(one for one in self.lines if one.assignment.id == assignment_id)

    @property
    def ours(self) -> int:
        return sum(line.ours for line in self.lines)


def classroom(session: Session, catalogue: Catalogue, course: Course, now: datetime, group: str = "") -> Classroom:
    """Of everybody, or of one group. A handful of queries, however large the class is."""
    everybody = reading.students(session, course)
    members = in_group(everybody, group)
    assignments = list(course.assignments)
    ids = [one.id for one in assignments]
    found = _by_exercise(reading.attempts_in(session, ids), members)
    excused = reading.excused(session, ids)
    running = [one.id for one in assignments if not terms_of(one).closed(now)]
    circling = _stuck(session, {number: found.get(number, []) for number in running})
    return Classroom(
        lines=tuple(
            _line(catalogue, one, found.get(one.id, []), circling.get(one.id), _could(one.id, members, found, excused))
            for one in assignments
        ),
        students=len(members),
        groups=groups_of(everybody),
        notes=tuple(note for note in reading.notes(session, course) if note.user_id in members),
        regrades=tuple(reading.ready_regrades(session, course)),
        now=now,
    )


def in_group(everybody: Mapping[int, Student], group: str) -> dict[int, Student]:
    """Those of one group; all of them where no group is named."""
    return {number: one for number, one in everybody.items() if not group or one.group == group}


def groups_of(everybody: Mapping[int, Student]) -> tuple[str, ...]:
    """The names of all groups that have somebody in them."""
    return tuple(sorted({one.group for one in everybody.values()} - {""}))


def _by_exercise(attempts: Sequence[Attempt], members: Mapping[int, Student]) -> dict[int, list[Story]]:
    """What staff try out themselves is left out."""
    found: dict[int, list[Attempt]] = {}
    for one in attempts:
        if one.user_id in members:
            found.setdefault(one.assignment_id, []).append(one)
    return {number: stories(members_attempts) for number, members_attempts in found.items()}


def _could(
    assignment_id: int,
    members: Mapping[int, Student],
    found: Mapping[int, Sequence[Story]],
    excused: set[tuple[int, int]],
) -> int:
    """How many might have begun: who is excused counts only where they did."""
    begun = {story.user_id for story in found.get(assignment_id, ())}
    return sum(number in begun or (assignment_id, number) not in excused for number in members)


def _stuck(session: Session, running: Mapping[int, Sequence[Story]]) -> dict[int, tuple[Stuck, ...]]:
    """Codes and verdicts are read of those only who have tried often and not passed."""
    tried = {
        (number, story.user_id)
        for number, found in running.items()
        for story in found
        if len(story.graded) >= MANY and not story.first_pass
    }
    users = sorted({user_id for _, user_id in tried})
    read = reading.whole_attempts(session, sorted({number for number, _ in tried}), users) if tried else []
    circling: dict[int, tuple[Stuck, ...]] = dict.fromkeys(running, ())
    for number in running:
        found = stories(one for one in read if one.assignment_id == number)
        circling[number] = tuple(one for story in found if (one := stuck(story)))
    return circling


def _line(
    catalogue: Catalogue,
    assignment: Assignment,
    found: Sequence[Story],
    circling: tuple[Stuck, ...] | None,
    students: int,
) -> Line:
    sheet = catalogue.get(assignment.exercise)
    editions = Counter(one.edition for story in found for one in story.graded)
    return Line(
        assignment=assignment,
        title=title_of(catalogue, assignment.exercise),
        known=sheet is not None,
        terms=terms_of(assignment),
        summary=summary(found, students, assignment.course.counts),
        stuck=circling,
        former=sum(count for edition, count in editions.items() if sheet and edition != sheet.edition),
        ours=sum(one.state == "ours" for story in found for one in story.attempts),
    )
