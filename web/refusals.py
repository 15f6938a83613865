"""Why something cannot be handed in now, in words that say what to do."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Literal

from sqlalchemy.orm import Session

from grader.errors import ExplainedHere
from web.database.models import Assignment
from web.terms import Left, Terms
from web.work import left_for, terms_for

Why = Literal["closed", "not open", "no attempts", "gone"]


class Refused(ExplainedHere):
    """This cannot be handed in now; `text` says why and what to do, `why` is for programs."""

    def __init__(self, why: Why, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.why = why


def refuse_late(
    session: Session,
    assignment: Assignment,
    user_id: int,
    moment: datetime,
    *,
    staff: bool,
    terms: Terms | None = None,
) -> None:
    """Raises Refused where the exercise is closed, not open yet, or all attempts are used; staff may try it out.

    terms: of this student, where they have been read.
    """
    if assignment.course.archived_at:
        raise Refused("closed", "This course has ended.", "这门课程已经结束。")
    if staff:
        return
    terms = terms or terms_for(session, assignment, user_id)
    if not terms.opened(moment):
        raise Refused("not open", "This exercise is not open yet.", "这道题还没有开放。")
    if terms.closed(moment):
        raise Refused(
            "closed",
            "The deadline has passed, so nothing more can be handed in. Ask your instructor if you need more time.",
            "截止时间已过，不能再提交。需要延期请联系老师。",
        )
    now = left_for(session, terms, assignment, user_id, moment)
    if now.attempts == 0:
        raise _all_used(terms.attempts or 0, now, moment)


def _all_used(attempts: int, now: Left, moment: datetime) -> Refused:
    """In words that say when the next attempt comes back, where one does."""
    used = f"{'The one attempt is' if attempts == 1 else f'All {attempts} attempts are'} used."
    zh = f"{attempts} 次提交机会已经用完"
    if now.more_at is None:
        return Refused("no attempts", f"{used} Your best result stays as it is.", f"{zh}，已有成绩不受影响。")
    minutes = max(ceil((now.more_at - moment).total_seconds() / 60), 1)
    hours, rest = divmod(minutes, 60)
    en = " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (rest, "min")) if number)
    wait = "".join(f"{number} {unit}" for number, unit in ((hours, "小时"), (rest, "分钟")) if number)
    return Refused("no attempts", f"{used} The next one comes back in {en}.", f"{zh}，{wait}后恢复一次。")
