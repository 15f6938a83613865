"""Which exercises a course has: chosen from the catalogue, ordered, published or kept as drafts, removed."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.access import INSTRUCTOR, STAFF_ONLY, allow, assignment_here
from web.accounts.journal import note
from web.database.models import Assignment
from web.languages import say, t
from web.services import services
from web.setup import choosing
from web.setup.changing import about_course, about_exercise, set_exercise
from web.setup.room import PLACE, course_row, course_to_change, setup, shown
from web.terms import terms_of

STEPS = {"up": -1, "down": 1}


@setup.get(f"{PLACE}/exercises")
@allow(STAFF_ONLY)
def exercises(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    """Those that are set, in order, and those that could be."""
    catalogue = services().catalogue
    with services().database.read() as session:
        row = course_row(session)
        lines = [(one, catalogue.get(one.exercise), terms_of(one)) for one in row.assignments]
        used = choosing.used_by(session, [one.id for one in row.assignments])
        return shown(
            "exercises.html",
            row,
            lines=lines,
            used=used,
            drafts=sum(one.draft for one in row.assignments),
            offered=choosing.left_out(catalogue, row),
            now=services().clock(),
        )


@setup.post(f"{PLACE}/exercises")
@allow(INSTRUCTOR)
def add(course: str) -> Response:
    """Set the exercises that were ticked, in the order of the catalogue."""
    draft = request.form.get("state") != "published"
    with services().database.write() as session:
        row = course_to_change(session)
        there = {one.exercise for one in row.assignments} | {""}
        chosen = set(request.form.getlist("chosen")) - there
        names = [name for name in services().catalogue.sheets if name in chosen]
        for made in choosing.add(session, services().catalogue, row, names, draft=draft):
            _noted(session, "exercise added", made, new="draft" if draft else "published")
    count = len(names)
    en = "1 exercise is added." if count == 1 else f"{count} exercises are added."
    flash(
        t(en, f"已添加 {count} 道题。") if names else t("Tick the exercises that you want.", "请先勾选题目。"),
        "success" if names else "warning",
    )
    return _back(course)


@setup.post(f"{PLACE}/publish")
@allow(INSTRUCTOR)
def publish(course: str) -> Response:
    """All drafts at once."""
    with services().database.write() as session:
        drafts = [one for one in course_to_change(session).assignments if one.draft]
        for one in drafts:
            set_exercise(session, one, {"draft": False}, current_user.user_id, services().clock())
    flash(t(f"Published: {len(drafts)}.", f"已发布 {len(drafts)} 道题。"), "success")
    return _back(course)


@setup.post(f"{PLACE}/exercises/<exercise>/act")
@allow(INSTRUCTOR)
def act(course: str, exercise: str) -> Response:
    """What a button beside an exercise says: up, down, publish, draft, remove."""
    wanted = request.form.get("act", "")
    with services().database.write() as session:
        row = assignment_here(session, exercise)
        if wanted in STEPS:
            _move(session, row, wanted)
        elif wanted in {"publish", "draft"}:
            set_exercise(session, row, {"draft": wanted == "draft"}, current_user.user_id, services().clock())
        elif wanted == "remove":
            return _remove(session, course, row)
        else:
            abort(400)
    return _back(course, exercise)


def _move(session: Session, row: Assignment, wanted: str) -> None:
    course = course_to_change(session)
    if choosing.move(course, row, STEPS[wanted]):
        order = ", ".join(one.exercise for one in sorted(course.assignments, key=lambda one: one.position))
        note(session, services().clock(), "exercises ordered", current_user.user_id, about_course(course), new=order)


def _remove(session: Session, course: str, row: Assignment) -> Response:
    refusal = choosing.remove(session, row)
    if refusal:
        flash(say(refusal), "error")
        return _back(course, row.exercise)
    _noted(session, "exercise removed", row)
    flash(t("The exercise is removed.", "题目已移除。"), "success")
    return _back(course)


def _noted(session: Session, action: str, row: Assignment, new: str = "") -> None:
    note(session, services().clock(), action, current_user.user_id, about_exercise(row), new=new)


def _back(course: str, exercise: str = "") -> Response:
    """To where one was on the page, also without JavaScript."""
    return redirect(url_for("setup.exercises", course=course, _anchor=exercise or None), 303)
