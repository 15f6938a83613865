"""Changing what is arranged for one student and exercise, with its audit and with what the student is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.messages import Text
from grader.words import amount
from web import standings
from web.accounts.journal import note, user
from web.changes import tell
from web.database.models import Arrangement, Assignment, Audit, Course, Membership, User
from web.learners.wishes import Wish
from web.services import Services
from web.standings import Standing

ACTIONS = {  # how the audit calls what became of a column
    "deadline": "extension",
    "attempts_more": "more attempts",
    "attempts_since": "attempts reset",
    "excused": "excused",
    "points": "score set",
    "points_why": "score's reason",
    "flag": "flag",
}
WORDS = {
    "extension": Text("extension", "延期"),
    "more attempts": Text("more attempts", "增加次数"),
    "attempts reset": Text("attempts given back", "恢复次数"),
    "excused": Text("excused", "免做"),
    "score set": Text("score", "分数"),
    "score's reason": Text("reason for the score", "给分理由"),
    "flag": Text("flag", "标记"),
}
TIMES = ("extension", "attempts reset")  # whose old and new values are moments
# Why a score changed, for those who read it in either language.
EXCUSED = "Excused from this exercise. / 这道题免做。"
NOT_EXCUSED = "No longer excused from this exercise. / 这道题不再免做。"
EXTENDED = "The deadline was changed for you. / 你的截止时间已调整。"
TAKEN_BACK = "What was graded counts again. / 恢复为系统评分。"
RULES_STAY = {"read": True, "of": Course}  # who sets the rules of the course waits, and told numbers follow each other
KEPT = 50  # lines of the journal that a page shows


def subject(assignment: Assignment, member: int) -> str:
    """How the audit names a student and an exercise."""
    return f"{user(member)}, {assignment.course.slug}/{assignment.exercise}"[:200]


def arrange(services: Services, session: Session, assignment: Assignment, member: int, wish: Wish, actor: int) -> bool:
    """Put the columns that were wished for; whether any of them was another one. Those who do it at once take turns."""
    session.get_one(Course, assignment.course_id, with_for_update=RULES_STAY, populate_existing=True)
    turns = select(Membership).where(Membership.course_id == assignment.course_id, Membership.user_id == member)
    session.scalars(turns.with_for_update()).one()
    session.refresh(assignment)
    now = services.clock()
    row = session.get(Arrangement, (assignment.id, member), populate_existing=True)
    before = standings.of_one(session, services.catalogue, assignment, member, now)
    if row is None:
        row = Arrangement(assignment_id=assignment.id, user_id=member, changed_at=now, attempts_more=0, excused=False)
        row.points_why = row.flag = ""
    changes = {name: new for name, new in wish.columns.items() if getattr(row, name) != new}
    if not changes:
        return False
    _put(session, row, replace(wish, columns=changes), (actor, subject(assignment, member), now))
    after = standings.of_one(session, services.catalogue, assignment, member, now)
    tell(session, member, assignment.id, None, _counting(before), _counting(after), _why(row, changes), now)
    return True


def _put(session: Session, row: Arrangement, wish: Wish, by: tuple[int, str, datetime]) -> None:
    """by: who, about what, when."""
    actor, about, now = by
    for name, new in wish.columns.items():
        why = "; ".join(filter(None, (wish.columns.get("points_why") if name == "points" else "", wish.why)))
        old = _written(getattr(row, name))
        setattr(row, name, new)
        if name != "points_why" or "points" not in wish.columns:  # else it is told with the points
            note(session, now, ACTIONS[name], actor, about, old=old, new=_written(new), why=why)
    row.changed_at = now
    session.add(row)
    session.flush()


def _counting(standing: Standing) -> float | None:
    """The points that count; None where none do."""
    return None if standing.terms.excused or standing.result is None else standing.result.points


def _why(row: Arrangement, changes: dict[str, Any]) -> str:
    if "points" in changes:
        return row.points_why or TAKEN_BACK
    if "excused" in changes:
        return EXCUSED if row.excused else NOT_EXCUSED
    return EXTENDED


def _written(value: Any) -> str:
    """As the audit keeps a value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return amount(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Entry:
    """A line of the journal. old, new: moments where these were changed."""

    at: datetime
    by: str
    what: Text
    old: str | datetime
    new: str | datetime
    why: str


def journal(session: Session, assignment: Assignment, member: int) -> list[Entry]:
    """What was changed for this student, the newest first."""
    columns = (Audit.at, User.name, Audit.action, Audit.old, Audit.new, Audit.why)
    found = select(*columns).outerjoin(User, User.id == Audit.actor_id)
    ours = found.where(Audit.subject == subject(assignment, member), Audit.action.in_(WORDS))
    newest = session.execute(ours.order_by(Audit.id.desc()).limit(KEPT))
    return [
        Entry(at, by or "", WORDS[what], _read(what, old), _read(what, new), why)
        for at, by, what, old, new, why in newest
    ]


def _read(what: str, text: str) -> str | datetime:
    """What `_written` made of a moment is one again; a reason that looks like one stays as it was written."""
    try:
        return datetime.fromisoformat(text) if what in TIMES else text
    except ValueError:  # none, or what an archive brought
        return text
