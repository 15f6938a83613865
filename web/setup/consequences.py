"""What becomes of points when the rules of a course or an exercise change: whoever has others now is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from web.changes import tell
from web.database.base import Counts
from web.database.models import Course
from web.languages import t
from web.terms import Credit, Terms, terms_of
from web.work import Attempt, arrangements, counted, counting, histories

WHY = "The rules for this exercise were changed. / 这道题的规则有变动。"  # for those who read it in either language


@dataclass(frozen=True)
class Rules:
    """What of an exercise's terms makes points."""

    deadline: datetime | None
    credit: Credit
    counts: Counts


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
    for (assignment_id, user_id), attempts in histories(session, course).items():
        if assignment_id in touched:
            terms = terms_of(touched[assignment_id], arranged.get((assignment_id, user_id)))
            old, new = (_points(attempts, terms, rules[assignment_id]) for rules in (before, after))
            told += tell(session, user_id, assignment_id, None, old, new, WHY, moment) is not None
    return told


def saved(changed: bool, told: int) -> str:  # noqa: FBT001
    """What whoever saved reads."""
    if not changed:
        return t("Nothing was changed.", "没有改动。")
    if not told:
        return t("Saved.", "已保存。")
    noun = "1 score" if told == 1 else f"{told} scores"
    return t(f"Saved. By it {noun} changed; the students are told.", f"已保存。{told} 个分数因此变动，学生会收到通知。")


def _points(attempts: list[Attempt], terms: Terms, rules: Rules) -> float | None:
    """What counts by these rules; None where nothing does. What was arranged for the student goes before them."""
    if terms.excused or terms.points is not None:
        return terms.points
    due = terms.deadline if terms.extended else rules.deadline
    found = counting(counted(attempts, replace(terms, deadline=due, credit=rules.credit), rules.counts))
    return found.worth.points if found and found.worth else None
