"""All pages of the room, and its address for programs: whoever imports the blueprint from here has them."""

from __future__ import annotations

from web.learners import arrangement_pages, comment_pages, interface, views
from web.learners.room import learners

__all__ = ["arrangement_pages", "comment_pages", "interface", "learners", "views"]
