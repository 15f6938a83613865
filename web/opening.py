"""When hidden checks are shown: one rule for pages and programs."""

from __future__ import annotations

from datetime import datetime

from web.database.base import STAFF, Role
from web.terms import Terms


def is_opened(terms: Terms, role: Role | None, moment: datetime) -> bool:
    """To staff always; to students from when their terms say."""
    return role in STAFF or terms.shows(moment)
