"""What regrades did to one submission: every one that was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from web.database.models import Grade, Regrade, Shadow


@dataclass(frozen=True)
class Again:
    """One time that it was graded again: points before and after, and what students were told."""

    before: float
    after: float
    why: str
    at: datetime | None


def again(session: Session, submission: str, assignment_id: int) -> list[Again]:
    """The newest first."""
    before, after = aliased(Grade), aliased(Grade)
    found = (
        select(before.points, after.points, Regrade.why, Regrade.settled_at)
        .select_from(Regrade)
        .join(Shadow, (Shadow.regrade_id == Regrade.id) & (Shadow.submission_id == submission))
        .join(before, before.id == Shadow.before_id)
        .join(after, after.id == Shadow.grade_id)
        .where(Regrade.assignment_id == assignment_id, Regrade.state == "published", after.published_at.is_not(None))
        .order_by(Regrade.id.desc())
    )
    return [Again(*row) for row in session.execute(found)]
