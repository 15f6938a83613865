"""Telling a student that a score became another one: one line for each change, kept until it is read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from web.database.models import ScoreChange


def tell(
    session: Session,
    user_id: int,
    assignment_id: int,
    submission_id: str | None,
    old: float | None,
    new: float | None,
    why: str,
    moment: datetime,
) -> ScoreChange | None:
    """old, new: points, None where nothing counted or counts; submission_id: None where the whole exercise's changed.

    What stays the same is not told. The caller's transaction adds it together with the change itself.
    """
    if old == new:
        return None
    change = ScoreChange(
        user_id=user_id,
        assignment_id=assignment_id,
        submission_id=submission_id,
        old=old,
        new=new,
        why=why,
        created_at=moment,
    )
    session.add(change)
    return change
