"""All pages of the room; to import it is to have them."""

from __future__ import annotations

from web.setup import course_page, dates_page, exercise_list, exercise_page, new_course, total_page
from web.setup.room import setup
from web.setup.roster import page as roster_page

__all__ = [
    "course_page",
    "dates_page",
    "exercise_list",
    "exercise_page",
    "new_course",
    "roster_page",
    "setup",
    "total_page",
]
