"""The rules of a course: what it is called, which attempt counts, what time does to points; and its end."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grader.messages import Text
from web.access import INSTRUCTOR, STAFF_ONLY, allow
from web.courses import zone_of, zones
from web.database.base import Hidden
from web.database.models import Course
from web.languages import say, t
from web.services import services
from web.setup import changing, consequences
from web.setup.merging import merged
from web.setup.room import PLACE, Mistakes, course_row, course_to_change, said, setup, shown
from web.setup.rules import course_rules
from web.setup.typed import Typed
from web.terms import Credit, credit_of

Answer = Response | str | tuple[str, int]

SHOWN: dict[Hidden, Text] = {
    "deadline": Text("when nothing more is taken in", "不再接受提交时"),
    "date": Text("from a date on, set with each exercise", "从每道题设定的日期起"),
    "never": Text("never", "从不公开"),
    "always": Text("always", "始终公开"),
}


@setup.get(PLACE)
@allow(STAFF_ONLY)
def page(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """The rules as they are."""
    with services().database.read() as session:
        return _page(course_row(session))


@setup.post(PLACE)
@allow(INSTRUCTOR)
def save(course: str) -> Answer:
    """Set them all, or none where something has to be mended."""
    with services().database.write() as session:
        row = course_to_change(session)
        form = Typed(merged(request.form, fields_of(row)), zone_of(row))
        rules = course_rules(form)
        if form.mistakes:
            return _page(row, said(form)), 422
        before, now = consequences.rules_of(row), services().clock()
        changed = changing.set_course(session, row, rules, current_user.user_id, now)
        told = consequences.tell_students(session, row, before, now)
    flash(consequences.saved(changed, told), "success")
    return redirect(url_for("setup.page", course=course), 303)


@setup.post(f"{PLACE}/end")
@allow(INSTRUCTOR)
def end(course: str) -> Answer:
    """Archive the course, or bring it back."""
    archived = request.form.get("end") == "1"
    with services().database.write() as session:
        changing.set_archived(session, course_to_change(session), archived, current_user.user_id, services().clock())
    over = t(
        "The course is archived. Its members can still read everything; nothing more is taken in.",
        "课程已归档。成员仍可查看全部内容，但不再接受提交。",
    )
    flash(over if archived else t("The course goes on.", "课程已恢复。"), "success")
    return redirect(url_for("setup.page", course=course), 303)


@setup.post(f"{PLACE}/open")
@allow(INSTRUCTOR)
def open_to_students(course: str) -> Answer:
    """Let students see a course that was a draft."""
    with services().database.write() as session:
        changing.open_course(session, course_to_change(session), current_user.user_id, services().clock())
    flash(t("Students see the course now.", "学生现在可以看到这门课程。"), "success")
    return redirect(url_for("setup.page", course=course), 303)


def fields_of(course: Course) -> dict[str, str]:
    """The form as the course is set."""
    return {
        "title_en": course.title_en,
        "title_zh": course.title_zh,
        "counts": course.counts,
        "timezone": course.timezone,
        "shows_hidden": course.shows_hidden,
        **credit_fields(credit_of(course.credit) or Credit()),
    }


def credit_fields(credit: Credit) -> dict[str, str]:
    """As the form shows them; empty where there is none."""
    values = vars(credit)
    return {name: f"{value:g}" if value else "" for name, value in values.items()}


def hidden_options() -> list[tuple[str, str]]:
    """When hidden checks can be shown."""
    return [(name, say(text)) for name, text in SHOWN.items()]


def _page(course: Course, mistakes: Mistakes | None = None) -> str:
    now = fields_of(course)
    typed = merged(request.form, now) if mistakes else now
    frame = {"typed": typed, "was": now, "mistakes": mistakes or {}}
    return shown("course.html", course, **frame, zones=zones(), hidden_options=hidden_options())
