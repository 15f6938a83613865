"""The submissions of a course as staff see them, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grader.messages import Text
from web.catalogue import Catalogue
from web.database.base import State
from web.database.models import Assignment, Course, Grade, Membership, Submission, User

PAGE = 50  # rows
STATES: dict[State, Text] = {
    "waiting": Text("being graded", "评分中"),
    "graded": Text("graded", "已评分"),
    "ours": Text("our fault", "我们的故障"),
}


@dataclass(frozen=True)
class Filter:
    """Which submissions are shown; empty: all of them. student: a user's id."""

    exercise: str = ""
    student: int | None = None
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filter:
        """From an address; what makes no sense is left out."""
        state = arguments.get("state", "")
        return cls(
            exercise=arguments.get("exercise", "")[:100],
            student=_number(arguments.get("student", "")),
            state=state if state in STATES else "",
            page=_number(arguments.get("page", "")) or 1,
        )

    @property
    def words(self) -> dict[str, str]:
        """As it stands in an address."""
        known = {"exercise": self.exercise, "student": str(self.student or ""), "state": self.state}
        return {name: value for name, value in known.items() if value} | (
            {"page": str(self.page)} if self.page > 1 else {}
        )

    def at(self, page: int) -> dict[str, str]:
        """The address's words for another page of the same."""
        return replace(self, page=page).words


@dataclass(frozen=True)
class Line:
    """One submission in the table. codes: of the misconceptions that were named; None before it is graded."""

    id: str
    number: int
    state: State
    created_at: datetime
    exercise: str
    student: str
    student_id: int
    points: float | None
    out_of: float | None
    codes: list[str] | None
    commit: str | None = None
    branch: str | None = None
    repository: str | None = None


@dataclass(frozen=True)
class Page:
    """Some of the submissions. of: how many there are in all."""

    lines: tuple[Line, ...]
    number: int
    of: int

    @property
    def last(self) -> int:
        return max((self.of + PAGE - 1) // PAGE, 1)


@dataclass(frozen=True)
class Choices:
    """What the filters offer: (value, title)."""

    exercises: tuple[tuple[str, Text], ...]
    students: tuple[tuple[int, str], ...]


def submissions(session: Session, course: Course, chosen: Filter) -> Page:
    """The newest first."""
    wanted = _wanted(course, chosen)
    of = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    number = min(chosen.page, max((of + PAGE - 1) // PAGE, 1))
    newest = wanted.order_by(Submission.created_at.desc(), Submission.id)
    ids = list(session.scalars(newest.limit(PAGE).offset((number - 1) * PAGE)))
    return Page(tuple(_lines(session, ids)), number, of)


def _lines(session: Session, ids: list[str]) -> Iterator[Line]:
    these = Submission.id.in_(ids)
    columns = (Submission.id, Submission.number, Submission.state, Submission.created_at, Assignment.exercise)
    found = (
        select(*columns, User.name, User.id, Grade.points, Grade.out_of, Grade.codes)
        .add_columns(Submission.commit, Submission.branch, Submission.repository)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(User, User.id == Submission.user_id)
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(these)
        .order_by(Submission.created_at.desc(), Submission.id)
    )
    for row in session.execute(found):
        yield Line(*row)


def choices(session: Session, catalogue: Catalogue, course: Course) -> Choices:
    """The course's exercises, and whoever may have handed something in."""
    return Choices(
        exercises=tuple((one.exercise, title_of(catalogue, one.exercise)) for one in course.assignments),
        students=tuple((user.id, user.name) for user in _members(session, course)),
    )


def title_of(catalogue: Catalogue, exercise: str) -> Text:
    """The title of an exercise; its name where it has left the folder."""
    sheet = catalogue.get(exercise)
    return sheet.title if sheet else Text(exercise, exercise)


def _members(session: Session, course: Course) -> list[User]:
    found = select(User).join(Membership).where(Membership.course_id == course.id).order_by(User.name, User.id)
    return list(session.scalars(found))


def _wanted(course: Course, chosen: Filter) -> Select[str]:
    found = select(Submission.id).join(Assignment).where(Assignment.course_id == course.id)
    if chosen.exercise:
        found = found.where(Assignment.exercise == chosen.exercise)
    if chosen.student:
        found = found.where(Submission.user_id == chosen.student)
    return found.where(Submission.state == chosen.state) if chosen.state else found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
