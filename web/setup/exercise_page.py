"""The terms of one exercise, with a preview in words of what its students get."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from web.access import INSTRUCTOR, STAFF_ONLY, allow, assignment_here
from web.courses import zone_of
from web.database.models import Assignment
from web.languages import t
from web.services import services
from web.setup import consequences, local_times
from web.setup.changing import columns_of, set_exercise
from web.setup.course_page import SHOWN, Answer, credit_fields, hidden_options
from web.setup.merging import merged
from web.setup.room import PLACE, Mistakes, course_to_change, said, setup, shown
from web.setup.rules import ExerciseTerms, exercise_terms
from web.setup.typed import Typed
from web.students.telling import told
from web.terms import Credit, credit_of, terms_of

HERE = f"{PLACE}/exercises/<exercise>"


@setup.get(HERE)
@allow(STAFF_ONLY)
def exercise(course: str, exercise: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """The terms as they are."""
    with services().database.read() as session:
        return _page(assignment_here(session, exercise))


@setup.post(HERE)
@allow(INSTRUCTOR)
def save_exercise(course: str, exercise: str) -> Answer:
    """Set them all, or none where something has to be mended."""
    with services().database.write() as session:
        course_to_change(session)  # two at a time would tell students of points that nobody has
        row = assignment_here(session, exercise)
        terms, mistakes = _typed(row)
        if mistakes:
            return _page(row, mistakes), 422
        before, now = consequences.rules_of(row.course), services().clock()
        changed = set_exercise(session, row, columns_of(terms), current_user.user_id, now)
        told = consequences.tell_students(session, row.course, before, now)
    flash(consequences.saved(changed, told), "success")
    return redirect(url_for("setup.exercise", course=course, exercise=exercise), 303)


@setup.post(f"{HERE}/preview")
@allow(INSTRUCTOR)
def preview(course: str, exercise: str) -> Answer:  # noqa: ARG001
    """What students would get by the form as it stands; nothing is changed. With scripts, a part of the page."""
    with services().database.read() as session:
        row = assignment_here(session, exercise)
        mistakes, lines = _tried(session, row)
        if request.headers.get("HX-Request"):
            return shown("_preview.html", row.course, lines=lines, mistakes=mistakes)
        return _page(row, mistakes, tried=lines)


@setup.post(f"{HERE}/reset")
@allow(INSTRUCTOR)
def reset(course: str, exercise: str) -> Answer:
    """All attempts that were used until now cost nothing any more, for the whole class."""
    moment = services().clock()
    with services().database.write() as session:
        row = assignment_here(session, exercise)
        set_exercise(session, row, {"attempts_since": moment}, current_user.user_id, moment)
    flash(t("Everybody has all attempts again.", "所有学生的提交次数已恢复。"), "success")
    return redirect(url_for("setup.exercise", course=course, exercise=exercise), 303)


def _typed(row: Assignment) -> tuple[ExerciseTerms, Mistakes]:
    form = Typed(merged(request.form, fields_of(row)), zone_of(row.course))
    terms = exercise_terms(form, row)
    return terms, said(form)


def _tried(session: Session, row: Assignment) -> tuple[Mistakes, list[str]]:
    """The form put on the row for as long as it is looked at: a session that reads keeps nothing."""
    terms, mistakes = _typed(row)
    if mistakes:
        return mistakes, []
    with session.no_autoflush:
        for name, value in columns_of(terms).items():
            setattr(row, name, value)
        lines = told(terms_of(row), row.course.timezone, services().clock())
    session.rollback()
    return {}, lines


def _page(row: Assignment, mistakes: Mistakes | None = None, tried: list[str] | None = None) -> str:
    course, sheet = row.course, services().catalogue.get(row.exercise)
    lines = told(terms_of(row), course.timezone, services().clock()) if tried is None else tried
    course_hidden, now = SHOWN[course.shows_hidden], fields_of(row)
    as_course = t(f"as the course says: {course_hidden.en}", f"按课程设置：{course_hidden.zh}")
    return shown(
        "exercise.html",
        course,
        assignment=row,
        sheet=sheet,
        typed=now if mistakes is None and tried is None else merged(request.form, now),
        was=now,
        mistakes=mistakes or {},
        lines=lines,
        unsaved=tried is not None,
        course_credit=credit_of(course.credit) or Credit(),
        hidden_options=[("course", as_course), *hidden_options()],
    )


def fields_of(row: Assignment) -> dict[str, Any]:
    """The form as the exercise is set."""
    zone, own = zone_of(row.course), credit_of(row.credit)
    return {
        "state": "draft" if row.draft else "published",
        "opens_at": local_times.field(row.opens_at, zone),
        "deadline": local_times.field(row.deadline, zone),
        "rules": "own" if own else "course",
        **credit_fields(own or credit_of(row.course.credit) or Credit()),
        "limit": "any" if row.attempts is None else "limited",
        "attempts": row.attempts or "",
        "attempts_hours": row.attempts_hours or "",
        "shows_hidden": row.shows_hidden or "course",
        "hidden_until": local_times.field(row.hidden_until, zone),
    }
