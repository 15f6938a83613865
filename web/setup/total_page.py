"""What the course's total is made of: the sum of all points, or categories with weights and dropped scores."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from web.access import INSTRUCTOR, STAFF_ONLY, allow
from web.courses import zone_of
from web.database.models import Column, Course
from web.services import services
from web.setup import consequences, weights
from web.setup.course_page import Answer
from web.setup.merging import merged
from web.setup.room import PLACE, Mistakes, course_row, course_to_change, said, setup, shown
from web.setup.typed import Typed
from web.setup.weights import Rows, Weights, fields_of, weights_of


@setup.get(f"{PLACE}/total")
@allow(STAFF_ONLY)
def total(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """The weights as they are."""
    with services().database.read() as session:
        row = course_row(session)
        found = _rows(session, row)
        return _page(row, found, weights_of(row, found))


@setup.post(f"{PLACE}/total")
@allow(INSTRUCTOR)
def save_total(course: str) -> Answer:
    """All of it, or nothing where something has to be mended. `act`: begin with a category for each chapter."""
    with services().database.write() as session:
        row = course_to_change(session)
        found = _rows(session, row)
        now = weights_of(row, found)
        if request.form.get("act") == "chapters" and not now.categories:
            wanted = weights.one_for_each_chapter(services().catalogue, row, now)
        else:
            fields = fields_of(now)
            form = Typed({**fields, **merged(request.form, fields)}, zone_of(row))
            wanted = weights.wanted(form, now)
            if form.mistakes:
                return _page(row, found, now, form.form, said(form)), 422
        changed = weights.put(session, row, found, wanted, (current_user.user_id, services().clock()))
    flash(consequences.saved(changed, 0), "success")
    return redirect(url_for("setup.total", course=course), 303)


def _rows(session: Session, course: Course) -> Rows:
    """What can be in a category, in the gradebook's order."""
    columns = select(Column).where(Column.course_id == course.id).order_by(Column.position, Column.id)
    return [*course.assignments, *session.scalars(columns)]


def _page(
    course: Course, rows: Rows, now: Weights, typed: Mapping[str, str] | None = None, mistakes: Mistakes | None = None
) -> str:
    """typed, mistakes: of a form that has to be mended."""
    was, catalogue = fields_of(now), services().catalogue
    lines = [(weights.key(row), row, catalogue.get(weights.key(row))) for row in rows]
    frame = {"typed": typed or was, "was": was, "mistakes": mistakes or {}}
    return shown("total.html", course, **frame, now=now, lines=lines, sum=sum(one.weight for one in now.categories))
