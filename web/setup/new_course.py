"""A new course, made in the browser by whoever teaches one already."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from web.access import TEACHES, allow
from web.courses import CannotBeMade, NewCourse, make, mistakes, zones
from web.database.models import Course, Membership
from web.languages import say, t
from web.services import services
from web.setup.choosing import by_chapter
from web.setup.course_page import Answer
from web.setup.room import setup

AT = "/new-course"


@setup.get(AT)
@allow(TEACHES)
def new() -> Answer:
    """An empty form, with the zone of the course that they began to teach last; zone.js proposes the browser's."""
    mine = select(Course.timezone).join(Membership, Membership.course_id == Course.id)
    taught = mine.where(Membership.user_id == current_user.user_id, Membership.role == "instructor")
    with services().database.read() as session:
        zone = session.scalar(taught.order_by(Membership.created_at.desc()).limit(1))
    return _page(NewCourse("", "", "", zone or "UTC"), {})


@setup.post(AT)
@allow(TEACHES)
def make_new() -> Answer:
    """Make it, or say what has to be mended."""
    wanted = _wanted()
    wrong = {field: say(text) for field, text in mistakes(wanted).items()}
    if not wrong:
        try:
            make(services(), wanted, current_user.user_id)
        except CannotBeMade as refusal:
            wrong = {refusal.field: say(refusal.text)}
    if wrong:
        return _page(wanted, wrong), 422
    flash(t("The course is made. You teach it.", "课程已创建，你是这门课的教师。"), "success")
    return redirect(url_for("setup.dates", course=wanted.slug), 303)


def _wanted() -> NewCourse:
    form = {name: " ".join(request.form.get(name, "").split()) for name in ("slug", "title_en", "title_zh", "timezone")}
    return NewCourse(
        **form, exercises=tuple(request.form.getlist("chosen")), draft=request.form.get("state") != "published"
    )


def _page(typed: NewCourse, wrong: dict[str, str]) -> str:
    catalogue = services().catalogue
    offered = by_chapter(catalogue, list(catalogue.sheets.values()))
    posted = request.method == "POST"
    ticked = set(typed.exercises or ()) if posted else set(catalogue.sheets)
    return render_template(
        "setup/new.html",
        typed=typed,
        mistakes=wrong,
        zones=zones(),
        offered=offered,
        ticked=ticked,
        published=posted and not typed.draft,
    )
