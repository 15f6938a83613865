"""The rows of a made-up class, written in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from web.crowd import people
from web.crowd.attempts import DAY, Rows, Set, Story, rows_of
from web.crowd.regrading import regrade
from web.crowd.stories import fitted, pupil, story, task, with_faults
from web.database.base import Role
from web.database.models import Arrangement, Assignment, Course, Grade, Membership, Submission, User
from web.services import Services

WEEK = 7 * DAY
AT_ONCE = 2000  # rows in one statement
HARDNESS = (-0.7, 0.1, 0.3, -0.2, 0.0, 0.2, 1.9, 0.4)  # of the exercises in turn; one is much too hard
PRACTICE = {"late_percent": 10.0, "late_days": 3}


@dataclass(frozen=True)
class Size:
    """How large the class is. exercises: so many of the catalogue, None for all."""

    students: int = 300
    submissions: int = 20_000
    assistants: int = 3
    groups: int = 12
    exercises: int | None = None
    seed: int = 1
    slug: str = "crowd"


def make(services: Services, size: Size, password: str) -> list[User]:
    """A class in the middle of its term, who all have the same password (a hash). Returns staff, then students."""
    moment = services.clock()
    rng = Random(f"{size.seed} {size.slug}")  # noqa: S311 - the same each time is the point
    with services.database.write() as session:
        course = Course(
            slug=size.slug,
            title_en="A made-up class",
            title_zh="虚构的班级",
            credit=PRACTICE,
            created_at=moment - 20 * WEEK,
        )
        session.add(course)
        staff, students = _people(session, rng, course, size, password)
        exercises = _exercises(services, session, rng, course, size)
        session.flush()
        stories = _stories(rng, [student.id for student in students], exercises, size, moment)
        rows = rows_of(rng, stories, moment)
        _write(session, rows)
        _arrange(session, rng, [student.id for student in students], exercises, moment)
        if len(exercises) > 2:
            regrade(session, rng, exercises[1], rows, staff[0].id, moment)
    return [*staff, *students]


def _write(session: Session, rows: Rows) -> None:
    for table, lines in rows.tables:
        for start in range(0, len(lines), AT_ONCE):
            session.execute(insert(table), lines[start : start + AT_ONCE])
    shown = select(Grade.id).where(Grade.submission_id == Submission.id).scalar_subquery()
    waiting = Submission.grade_id.is_(None), Submission.state == "graded"
    session.execute(
        update(Submission).where(*waiting).values(grade_id=shown).execution_options(synchronize_session=False)
    )


# People and exercises -----------------------------------------------------------------------------------


def _people(session: Session, rng: Random, course: Course, size: Size, password: str) -> tuple[list[User], list[User]]:
    host = f"{size.slug}.example.org"
    staff = [_person(session, course, f"grace@{host}", "Grace Hopper", "instructor", password)]
    names = people.names(rng, size.assistants + size.students)
    staff += [
        _person(session, course, f"assistant{n + 1}@{host}", names.pop(), "assistant", password)
        for n in range(size.assistants)
    ]
    students = [
        _person(session, course, f"s{n + 1:03}@{host}", name, "student", password, f"Group {n % size.groups + 1:02}")
        for n, name in enumerate(names)
    ]
    session.flush()
    return staff, students


def _person(
    session: Session, course: Course, email: str, name: str, role: Role, password: str, group: str = ""
) -> User:
    since = course.created_at
    user = User(email=email, name=name, password=password, created_at=since)
    session.add(Membership(course=course, user=user, role=role, group=group, created_at=since))
    return user


def _exercises(services: Services, session: Session, rng: Random, course: Course, size: Size) -> list[Set]:
    """A deadline a week. Four fifths of them have passed, so one exercise is on and the next one has been opened."""
    sheets = list(services.catalogue.sheets.values())[: size.exercises]
    soon = services.clock().replace(hour=22, minute=0, second=0, microsecond=0) + 3 * DAY
    found = []
    for position, sheet in enumerate(sheets):
        deadline = soon + (position - int(len(sheets) * 0.8)) * WEEK
        row = Assignment(
            course=course, exercise=sheet.name, position=position, opens_at=deadline - 2 * WEEK, deadline=deadline
        )
        session.add(row)
        found.append(Set(row, task(rng, sheet, HARDNESS[position % len(HARDNESS)]), deadline - 2 * WEEK, deadline))
    return found


def _arrange(session: Session, rng: Random, students: list[int], exercises: list[Set], moment: datetime) -> None:
    """Extensions, excuses, notes and one score that was set by hand."""
    chosen = rng.sample(students, min(12, len(students)))
    open_ones = [one for one in exercises if one.opens < moment]
    kinds: list[dict[str, Any]] = [
        *({"deadline": open_ones[-1].deadline + days * DAY} for days in (3, 5, 7, 7, 10)),
        *({"excused": True} for _ in range(4)),
        {"flag": "Comes to the office hour on Thursday."},
        {"flag": "Same code as a classmate? Ask."},
        {"points": open_ones[0].task.sheet.points, "points_why": "Explained it at the board."},
    ]
    for user_id, values in zip(chosen, kinds, strict=False):
        where = open_ones[-1] if "deadline" in values else open_ones[0] if "points" in values else rng.choice(open_ones)
        session.add(Arrangement(assignment_id=where.row.id, user_id=user_id, changed_at=moment - DAY, **values))


# What was handed in -------------------------------------------------------------------------------------


def _stories(rng: Random, students: list[int], exercises: list[Set], size: Size, moment: datetime) -> list[Story]:
    pupils = [(user_id, pupil(rng, len(exercises))) for user_id in students]
    found = [
        Story(user_id, who, what, story(rng, who, what.task))
        for place, what in enumerate(exercises)
        for user_id, who in pupils
        if place < who.leaves and rng.random() < _begun(what, moment)
    ]
    fitted(rng, [one.turns for one in found], size.submissions)
    newest = [one.turns for one in found if one.what.deadline > moment]
    with_faults(rng, newest or [one.turns for one in found], min(7, len(students) // 4))
    return found


def _begun(what: Set, moment: datetime) -> float:
    """The share of the class that has begun: nearly all at the deadline, few a week before."""
    gone = (moment - what.opens) / (what.deadline - what.opens)
    return 0.97 if gone >= 1 else max(gone, 0.0) ** 2.5
