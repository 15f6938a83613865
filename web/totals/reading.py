"""What a student's total needs beyond where they stand with the exercises of the course."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.messages import Text
from web.database.models import Column, Course, Grade, Mark, Submission
from web.totals.weighing import Item, categories_of


def columns(session: Session, course: Course, user_id: int) -> list[Item]:
    """Those that people fill in and that are in a category that there is: of others students hear nothing.

    Without a mark one is never due: whoever missed an oral exam is given a 0.
    """
    names = [one.name for one in categories_of(course.weights)]
    mine = (Mark.column_id == Column.id) & (Mark.user_id == user_id)
    found = select(Column.name, Column.category, Mark.points, Column.out_of).outerjoin(Mark, mine)
    rows = session.execute(
        found.where(Column.course_id == course.id, Column.category.in_(names)).order_by(Column.position, Column.id)
    )
    return [Item(Text(row.name, row.name), row.category, row.points, row.out_of) for row in rows]


def worth_before(session: Session, assignment_ids: Collection[int]) -> dict[int, float]:
    """Of exercises that have left the folder, what they were worth."""
    if not assignment_ids:
        return {}
    found = select(Submission.assignment_id, func.max(Grade.out_of)).join(Grade, Grade.id == Submission.grade_id)
    rows = session.execute(found.where(Submission.assignment_id.in_(assignment_ids)).group_by(Submission.assignment_id))
    return {row[0]: row[1] for row in rows}
