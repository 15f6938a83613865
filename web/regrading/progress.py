"""How far a regrade is: what is done, how fast it goes, and what goes before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.database.base import State
from web.database.models import Grade, Regrade, Shadow, Submission
from web.submissions import FIRST

LATELY = timedelta(seconds=30)  # in which the rate is measured


@dataclass(frozen=True)
class Progress:
    """of: all submissions; ours: those that could not be graded.

    rate: how many were graded in a second lately; before: regrades whose turn it is first; students: how many of
    their submissions wait, which go first too; age: seconds since it was begun.
    """

    of: int
    graded: int
    ours: int = 0
    rate: float = 0.0
    before: int = 0
    students: int = 0
    age: float = 0.0

    @property
    def done(self) -> int:
        return self.graded + self.ours

    @property
    def left(self) -> int:
        return self.of - self.done

    @property
    def seconds(self) -> float | None:
        """Until the end, if it goes on like this; None where nothing moves."""
        return self.left / self.rate if self.rate else None


def counts(session: Session, regrades: Iterable[int]) -> dict[int, dict[State, int]]:
    """Of each regrade, how many of its submissions are in which state."""
    found: dict[int, dict[State, int]] = {}
    columns = (Shadow.regrade_id, Shadow.state, func.count())
    query = select(*columns).where(Shadow.regrade_id.in_(regrades)).group_by(Shadow.regrade_id, Shadow.state)
    for regrade, state, count in session.execute(query):
        found.setdefault(regrade, {})[state] = count
    return found


def progress(session: Session, regrade: Regrade, now: datetime) -> Progress:
    """Of one that is running; of any other what came of it."""
    by_state = counts(session, [regrade.id]).get(regrade.id, {})
    whole = Progress(sum(by_state.values()), by_state.get("graded", 0), by_state.get("ours", 0))
    if regrade.state != "running":
        return whole
    return replace(
        whole,
        rate=_rate(session, regrade, now),
        before=_before(session, regrade),
        students=_students(session),
        age=(now - regrade.created_at).total_seconds(),
    )


def _rate(session: Session, regrade: Regrade, now: datetime) -> float:
    since = max(now - LATELY, regrade.created_at)
    found = (
        select(func.count())
        .select_from(Shadow)
        .join(Grade, Grade.id == Shadow.grade_id)
        .where(Shadow.regrade_id == regrade.id, Grade.graded_at > since)
    )
    seconds = (now - since).total_seconds()
    return (session.scalar(found) or 0) / seconds if seconds > 0 else 0.0


def _before(session: Session, regrade: Regrade) -> int:
    """Of any course: the queue is one for all."""
    found = select(func.count()).select_from(Regrade).where(Regrade.state == "running", Regrade.id < regrade.id)
    return session.scalar(found) or 0


def _students(session: Session) -> int:
    waiting = (Submission.state == "waiting", Submission.lane == FIRST)
    return session.scalar(select(func.count()).select_from(Submission).where(*waiting)) or 0
