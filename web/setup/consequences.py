"""What becomes of points when the rules of a course or an exercise change: whoever has others now is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.changes import tell
from web.database.base import Counts
from web.database.models import Arrangement, Assignment, Course, Grade, Membership, Submission
from web.languages import t
from web.terms import Credit, Terms, due, terms_of, value
from web.work import arrangements, which

WHY = "The rules for this exercise were changed. / 这道题的规则有变动。"  # for those who read it in either language


@dataclass(frozen=True)
class Rules:
    """What of an exercise's terms makes points."""

    deadline: datetime | None
    credit: Credit
    counts: Counts


class Graded(NamedTuple):
    """One attempt of somebody's."""

    number: int
    handed_in: datetime
    points: float


def rules_of(course: Course) -> dict[int, Rules]:
    """Of each exercise, by its id: taken before a change, to be compared with after it."""
    return {one.id: Rules(one.deadline, terms_of(one).credit, course.counts) for one in course.assignments}


def tell_students(session: Session, course: Course, before: dict[int, Rules], moment: datetime) -> int:
    """How many scores became others; in the transaction that changes the rules."""
    after = rules_of(course)
    touched = {one.id: one for one in course.assignments if before.get(one.id, after[one.id]) != after[one.id]}
    if not touched:
        return 0
    told, arranged = 0, arrangements(session, course)
    usual = {key: _terms(one, None, before[key], after[key]) for key, one in touched.items()}
    for (assignment_id, user_id), graded in _graded(session, course, list(touched)).items():
        rules, own = (before[assignment_id], after[assignment_id]), arranged.get((assignment_id, user_id))
        terms = _terms(touched[assignment_id], own, *rules) if own else usual[assignment_id]
        old, new = (_points(graded, held, one.counts) for held, one in zip(terms, rules, strict=True))
        told += tell(session, user_id, assignment_id, None, old, new, WHY, moment) is not None
    return told


def _terms(assignment: Assignment, own: Arrangement | None, before: Rules, after: Rules) -> tuple[Terms, Terms]:
    """What held and holds for a student. What was arranged goes before the rules."""
    terms, extension = terms_of(assignment, own), own.deadline if own else None
    old, new = (replace(terms, deadline=due(one.deadline, extension), credit=one.credit) for one in (before, after))
    return old, new


def saved(changed: bool, told: int) -> str:  # noqa: FBT001
    """What whoever saved reads."""
    if not changed:
        return t("Nothing was changed.", "没有改动。")
    if not told:
        return t("Saved.", "已保存。")
    noun = "1 score" if told == 1 else f"{told} scores"
    return t(f"Saved. By it {noun} changed; the students are told.", f"已保存。{told} 个分数因此变动，学生会收到通知。")


def _graded(session: Session, course: Course, assignment_ids: list[int]) -> dict[tuple[int, int], list[Graded]]:
    """What was graded of those who study in the course, by (assignment id, user id): staff only try it out."""
    columns = (Submission.assignment_id, Submission.user_id, Submission.number, Submission.created_at, Grade.points)
    students = (Membership.course_id == course.id, Membership.role == "student")
    rows = select(*columns).join(Grade, Grade.id == Submission.grade_id)
    rows = rows.join(Membership, Membership.user_id == Submission.user_id).where(*students)
    found: dict[tuple[int, int], list[Graded]] = {}
    for assignment_id, user_id, *graded in session.execute(rows.where(Submission.assignment_id.in_(assignment_ids))):
        found.setdefault((assignment_id, user_id), []).append(Graded._make(graded))
    return found


def _points(graded: list[Graded], terms: Terms, counts: Counts) -> float | None:
    """What counts by these terms; None where nothing does."""
    if terms.excused or terms.points is not None:
        return terms.points
    worth = {one.number: value(terms, one.points, one.handed_in) for one in graded}
    number = which(worth.items(), counts)
    return None if number is None else worth[number]
