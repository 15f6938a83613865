"""When hidden checks are shown: one rule for pages and programs."""

from __future__ import annotations

from datetime import datetime

from web.database.base import STAFF, Role
from web.database.models import Assignment


def is_opened(assignment: Assignment, role: Role | None, moment: datetime) -> bool:
    """To staff always; to students once the deadline has passed. Without a deadline they stay hidden."""
    if role in STAFF:
        return True
    return assignment.deadline is not None and moment > assignment.deadline
