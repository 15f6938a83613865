"""Which exercises a course has and in which order; and what somebody teaches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from grader.messages import Text
from grader.reading import Sheet
from web.catalogue import Catalogue
from web.database.base import STAFF
from web.database.models import Arrangement, Assignment, Course, Membership, Regrade, ScoreChange, Submission
from web.services import services
from web.setup import weights


@dataclass(frozen=True)
class Taught:
    """What somebody teaches: whether they are an instructor anywhere, and which of their courses have ended."""

    instructor: bool
    ended: tuple[Course, ...]


def taught() -> Taught:
    """By whoever asks; asked by the page of one's courses."""
    with services().database.read() as session:
        found = select(Course, Membership.role).join(Membership, Membership.course_id == Course.id)
        mine = found.where(Membership.user_id == current_user.user_id, Membership.role.in_(STAFF))
        rows = session.execute(mine.order_by(Course.archived_at.desc())).all()
    return Taught(
        any(role == "instructor" for _, role in rows), tuple(course for course, _ in rows if course.archived_at)
    )


def left_out(catalogue: Catalogue, course: Course) -> list[tuple[Text, list[Sheet]]]:
    """What the catalogue has and the course has not: chapters in order, each with its exercises."""
    there = {one.exercise for one in course.assignments}
    return by_chapter(catalogue, [sheet for sheet in catalogue.sheets.values() if sheet.name not in there])


def by_chapter(catalogue: Catalogue, sheets: Collection[Sheet]) -> list[tuple[Text, list[Sheet]]]:
    """Chapters in the order of their first exercises."""
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault(sheet.chapter, []).append(sheet)
    return [(catalogue.chapter_title(name), members) for name, members in found.items()]


def add(session: Session, catalogue: Catalogue, course: Course, names: list[str], *, draft: bool) -> list[Assignment]:
    """Set more exercises, after those that are there; each in the category in which its chapter is."""
    first = max((one.position for one in course.assignments), default=-1) + 1
    usual = weights.usual(catalogue, course)
    rows = [
        Assignment(exercise=name, position=first + at, draft=draft, category=usual.get(catalogue[name].chapter, ""))
        for at, name in enumerate(names)
    ]
    course.assignments.extend(rows)
    session.flush()
    return rows


def move(course: Course, row: Assignment, step: int) -> bool:
    """One place up (-1) or down (1); False where there is no such place."""
    order = sorted(course.assignments, key=lambda one: (one.position, one.id))
    at = order.index(row)
    if not 0 <= at + step < len(order):
        return False
    order[at], order[at + step] = order[at + step], order[at]
    for position, one in enumerate(order):
        one.position = position
    return True


def remove(session: Session, row: Assignment) -> Text | None:
    """Take an exercise out of its course, or say why that cannot be done."""
    used = used_by(session, [row.id]).get(row.id, 0)
    if used:
        return Text(
            f"Work was handed in for it, or something is arranged for a student ({used} in all), so it cannot be "
            "removed. Make it a draft: then students do not see it.",
            f"这道题已有提交或对学生的单独安排（共 {used} 项），不能移除。可以改为草稿，学生就看不到了。",
        )
    session.delete(row)
    return None


def used_by(session: Session, ids: list[int]) -> dict[int, int]:
    """How much hangs on each of these exercises; those on which nothing does are left out."""
    found: dict[int, int] = {}
    columns: tuple[InstrumentedAttribute[int], ...] = (
        Submission.assignment_id,
        Arrangement.assignment_id,
        ScoreChange.assignment_id,
        Regrade.assignment_id,
    )
    for column in columns:
        here: ColumnElement[bool] = column.in_(ids)
        for assignment_id, count in session.execute(select(column, func.count()).where(here).group_by(column)):
            found[assignment_id] = found.get(assignment_id, 0) + count
    return found
