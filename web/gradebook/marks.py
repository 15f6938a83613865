"""Marks in columns that people fill in: what was shown to somebody is put there as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.words import amount
from web.accounts.journal import note
from web.database.models import Column, Mark, Membership


class Outdated(Exception):
    """Somebody changed a mark meanwhile: what was shown does not hold any more."""


@dataclass(frozen=True)
class Change:
    """What a file changes: None for no mark."""

    column: int
    user_id: int
    old: float | None
    new: float | None


def apply(session: Session, course_id: int, changes: Iterable[Change], actor: int, moment: datetime) -> int:
    """How many marks became others; one that is there already is left. Raises Outdated, and then nothing is changed."""
    columns = select(Column.id).where(Column.course_id == course_id).order_by(Column.id).with_for_update()
    known = set(session.scalars(columns))
    students = select(Membership.user_id).where(Membership.course_id == course_id, Membership.role == "student")
    people, marks = set(session.scalars(students)), _marks(session, known)
    count = 0
    for change in changes:
        mark = marks.get((change.column, change.user_id))
        now = mark.points if mark else None
        if change.column not in known or change.user_id not in people or now not in {change.old, change.new}:
            raise Outdated
        if now != change.new:
            _put(session, mark, change)
            subject = f"user {change.user_id}, column {change.column} in course {course_id}"
            note(session, moment, "mark set", actor, subject, old=_points(now), new=_points(change.new))
            count += 1
    return count


def _put(session: Session, mark: Mark | None, change: Change) -> None:
    if change.new is None:
        session.delete(mark)
    elif mark:
        mark.points = change.new
    else:
        session.add(Mark(column_id=change.column, user_id=change.user_id, points=change.new))


def _marks(session: Session, columns: set[int]) -> dict[tuple[int, int], Mark]:
    found = session.scalars(select(Mark).where(Mark.column_id.in_(columns)))
    return {(mark.column_id, mark.user_id): mark for mark in found}


def _points(points: float | None) -> str:
    return "" if points is None else amount(points)
