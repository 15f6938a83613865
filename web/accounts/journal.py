"""What the audit keeps of accounts: who did what to whom, and never a password, a token or a code."""

from __future__ import annotations

from datetime import datetime

from flask import g, has_request_context
from sqlalchemy.orm import Session

from web.database.models import Audit


def note(
    session: Session,
    moment: datetime,
    action: str,
    actor: int | None,
    about: str = "",
    *,
    old: str = "",
    new: str = "",
    why: str = "",
) -> Audit:
    """Add a line. actor: who did it, None for the system or a stranger; about: `user 3`, `invitation …`, `token 7`."""
    request = g.get("request_id", "") if has_request_context() else ""
    line = Audit(at=moment, actor_id=actor, action=action, subject=about, old=old, new=new, why=why, request_id=request)
    session.add(line)
    return line


def user(user_id: int) -> str:
    """How a line names a person."""
    return f"user {user_id}"
