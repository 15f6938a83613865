"""What the rows of a course are called in its archive: people by e-mail, submissions by exercise, person and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, or_, select, union
from sqlalchemy.orm import Session

from web.database.models import (
    Arrangement,
    Audit,
    Column,
    Comment,
    Course,
    Grade,
    Mark,
    Membership,
    Regrade,
    ScoreChange,
    Submission,
    User,
)
from web.exporting.subjects import in_names

T = TypeVar("T")
AT_ONCE = 50  # rows that may each be megabytes


@dataclass
class Places:
    """Names by kind and id. submissions: their ids in the order of the archive."""

    course: Course
    names: dict[str, dict[Any, str]] = field(default_factory=dict)

    @property
    def submissions(self) -> list[str]:
        return list(self.names["submission"])

    def name(self, kind: str, key: Any) -> str | None:
        """None for nothing, and for what is not in the archive."""
        return None if key is None else self.names[kind].get(key)

    def subject(self, text: str) -> str:
        """A subject of the audit, in names."""
        return in_names(text, self.course.slug, self.name)


def places_of(session: Session, course: Course) -> Places:
    """Of a course: some bytes for each submission and grade, and no content."""
    found = Places(course)
    assignments = {one.id: one.exercise for one in course.assignments}
    columns = select(Column.id, Column.name).where(Column.course_id == course.id)
    done = select(Regrade.id).where(Regrade.assignment_id.in_(assignments), Regrade.state != "running")
    regrades = list(session.scalars(done.order_by(Regrade.id)))
    people = select(User.id, User.email).where(User.id.in_(_everybody(course, list(assignments), regrades)))
    found.names = {
        "course": {course.id: ""},
        "assignment": assignments,
        "column": {row.id: row.name for row in session.execute(columns)},
        "person": {row.id: row.email for row in session.execute(people.order_by(User.email))},
        "regrade": {key: str(number) for number, key in enumerate(regrades, start=1)},
    }
    found.names["submission"] = dict(_submissions(session, found.names))
    found.names["grade"] = dict(_grades(session, found))
    return found


def in_parts(keys: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """So many at once."""
    known = list(keys)
    for start in range(0, len(known), size):
        yield known[start : start + size]


def _submissions(session: Session, names: dict[str, dict[Any, str]]) -> Iterator[tuple[str, str]]:
    """By exercise in the order of the course, then by person and number."""
    columns = (Submission.id, Submission.assignment_id, Submission.user_id, Submission.number)
    found = select(*columns).where(Submission.assignment_id.in_(names["assignment"]))
    order = {key: place for place, key in enumerate(names["assignment"])}
    rows = [(order[row[1]], names["person"][row[2]], row[3], row[0], row[1]) for row in session.execute(found)]
    for _, email, number, key, assignment in sorted(rows):
        yield key, f"{names['assignment'][assignment]}/{email}/{number}"


def _grades(session: Session, places: Places) -> Iterator[tuple[int, str]]:
    """The first, second … of each submission."""
    for part in in_parts(places.submissions, 500):
        found = select(Grade.id, Grade.submission_id).where(Grade.submission_id.in_(part)).order_by(Grade.id)
        seen: dict[str, int] = {}
        for row in session.execute(found):
            seen[row.submission_id] = seen.get(row.submission_id, 0) + 1
            yield row.id, f"{places.names['submission'][row.submission_id]}#{seen[row.submission_id]}"


def _everybody(course: Course, assignments: list[int], regrades: list[int]) -> CompoundSelect[int]:
    """Whoever is named anywhere in the course, members or not."""
    mine = Submission.assignment_id.in_(assignments)
    return union(
        select(Membership.user_id).where(Membership.course_id == course.id),
        select(Submission.user_id).where(mine),
        select(Arrangement.user_id).where(Arrangement.assignment_id.in_(assignments)),
        select(Mark.user_id).join(Column).where(Column.course_id == course.id),
        select(Comment.author_id).join(Submission, Submission.id == Comment.submission_id).where(mine),
        select(ScoreChange.user_id).where(ScoreChange.assignment_id.in_(assignments)),
        select(Regrade.created_by).where(Regrade.assignment_id.in_(assignments)),
        select(Audit.actor_id)
        .join(Submission, Submission.id == Audit.submission_id)
        .where(mine, Audit.actor_id.is_not(None)),
        select(Audit.actor_id).where(about(course, regrades), Audit.actor_id.is_not(None)),
    )


def about(course: Course, regrades: Iterable[int]) -> ColumnElement[bool]:
    """Lines of the audit about a course itself, or about somebody in it. A slug has no letters that LIKE reads."""
    return or_(
        Audit.subject == f"course {course.id}",
        Audit.subject.like(f"% in course {course.id}"),
        Audit.subject.like(f"user %, {course.slug}/%"),
        Audit.subject.in_([f"regrade {key}" for key in regrades]),
    )
