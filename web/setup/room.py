"""The room of a course's set-up: its blueprint, and what its pages have in common. Staff look, instructors change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from web.access import course_here, place
from web.database.models import Course
from web.languages import say, t
from web.setup import choosing
from web.setup.typed import Typed
from web.students import telling

PLACE = "/courses/<course>/staff/setup"

Mistakes = dict[str, str]

TABS = {
    "course.html": "setup.page",
    "exercises.html": "setup.exercises",
    "exercise.html": "setup.exercises",
    "dates.html": "setup.dates",
    "total.html": "setup.total",
    "roster.html": "setup.roster",
}

setup = Blueprint("setup", __name__)
setup.add_app_template_global(choosing.taught, "taught")
for words in (telling.told, telling.early, telling.late, telling.late_now, telling.coming_back):
    setup.add_app_template_global(words, f"terms_{words.__name__}")


def course_row(session: Session) -> Course:
    """The course of this address, as a row of this session."""
    return session.get_one(Course, course_here().id)


def course_to_change(session: Session) -> Course:
    """The same, for one who changes it at a time."""
    return session.get_one(Course, course_here().id, with_for_update={"of": Course}, populate_existing=True)


def said(form: Typed) -> Mistakes:
    """What has to be mended, in the reader's language."""
    return {name: say(text) for name, text in form.mistakes.items()}


def shown(template: str, course: Course, **words: Any) -> str:
    """A page of this room."""
    teaches = place().role == "instructor"
    frame = {"tabs": _tabs(course), "tab": TABS.get(template, ""), "may_change": teaches}
    return render_template(f"setup/{template}", course=course, **frame, **words)


def _tabs(course: Course) -> list[tuple[str, str, str]]:
    """(endpoint, text, address)."""
    pages = [
        ("setup.page", t("Course", "课程")),
        ("setup.exercises", t("Exercises", "题目")),
        ("setup.dates", t("Dates", "日期")),
        ("setup.total", t("Course total", "总评")),
        *([("setup.roster", t("Roster", "名单"))] if place().role == "instructor" else []),
    ]
    return [(name, text, url_for(name, course=course.slug)) for name, text in pages]
