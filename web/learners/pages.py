"""All pages of the room: whoever imports the blueprint from here has them."""

from __future__ import annotations

from web.learners import arrangement_pages, comment_pages, views
from web.learners.room import learners

__all__ = ["arrangement_pages", "comment_pages", "learners", "views"]
