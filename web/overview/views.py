"""The class's page, an exercise's page, and the students behind a number; what has changed comes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.messages import Text
from web.access import INSTRUCTOR, STAFF_ONLY, allow, assignment_here, course_here, place
from web.accounts.journal import note
from web.database.models import Assignment, Course, Publication
from web.overview import choosing, exercises, reading
from web.overview.attention import worries
from web.overview.choosing import Choice
from web.overview.classroom import classroom
from web.overview.needs import needs
from web.publishing.announcing import take_note
from web.services import services

EVERY = "10s"  # a page asks whether there is something new

overview = Blueprint("overview", __name__, url_prefix="/courses/<course>/staff")


@overview.get("")
@allow(STAFF_ONLY)
def page(course: str) -> str | Response:  # noqa: ARG001 - enforce() has read the address
    return _class("overview/class.html")


@overview.get("/live")
@allow(STAFF_ONLY)
def live(course: str) -> str | Response:  # noqa: ARG001
    """The part of the page that changes, where it has changed."""
    return _class("overview/_class.html", seen=request.args.get("seen", ""))


@overview.post("/editions/<int:publication>/noted")
@allow(INSTRUCTOR)
def noticed(course: str, publication: int) -> Response:
    """That somebody elsewhere has changed an exercise: nobody here need be told of it again."""
    with services().database.write() as session:
        row = session.get(Publication, publication) or abort(404)
        assignment_here(session, row.exercise)
        if take_note(session, course_here().id, row):
            about = f"exercise {row.exercise} in {course}"
            note(session, services().clock(), "edition noted", current_user.user_id, about, new=row.edition)
    return redirect(url_for("overview.page", course=course), 303)


@overview.get("/attention")
@allow(STAFF_ONLY)
def attention(course: str) -> str:  # noqa: ARG001
    """Students who have gone silent, or are stuck at several exercises."""
    group = _group()
    with services().database.read() as session:
        found = session.get_one(Course, course_here().id)
        room = classroom(session, services().catalogue, found, services().clock(), group)
        seen = reading.last_seen(session, [one.id for one in found.assignments])
    return render_template(
        "overview/attention.html", course=found, room=room, worries=worries(room), seen=seen, group=group, link=_link
    )


@overview.get("/exercises/<exercise>")
@allow(STAFF_ONLY)
def exercise(course: str, exercise: str) -> str | Response:  # noqa: ARG001
    with services().database.read() as session:
        return _exercise(session, assignment_here(session, exercise), "overview/exercise.html")


@overview.get("/exercises/<exercise>/live")
@allow(STAFF_ONLY)
def exercise_live(course: str, exercise: str) -> str | Response:  # noqa: ARG001
    """The same for one exercise."""
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
        return _exercise(session, assignment, "overview/_exercise.html", seen=request.args.get("seen", ""))


@overview.get("/exercises/<exercise>/students")
@allow(STAFF_ONLY)
def students(course: str, exercise: str) -> str:  # noqa: ARG001
    choice = Choice.of_words(request.args)
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
        found = exercises.group_at(session, assignment, choice.group)
    sheet = services().catalogue.get(assignment.exercise)
    titles = {one.name: sheet.text("check", one.name) for one in sheet.of("check")} if sheet else {}
    return render_template(
        "overview/students.html",
        course=assignment.course,
        assignment=assignment,
        title=_title(assignment),
        choice=choice,
        heading=choosing.title(choice, titles),
        lines=choosing.chosen(found, choice),
        groups=found.groups,
        titles=titles,
        link=_link,
        report=url_for("students.submission", submission="-").removesuffix("-"),  # made once: lists are long
    )


def _class(template: str, seen: str | None = None) -> str | Response:
    """seen: the version that the asking page has; nothing is sent where there is no newer one."""
    group = _group()
    with services().database.read() as session:
        found = session.get_one(Course, course_here().id)
        version = reading.version(session, [one.id for one in found.assignments])
        if version == seen:
            return Response(status=204)
        room = classroom(session, services().catalogue, found, services().clock(), group)
    return render_template(
        template,
        course=found,
        room=room,
        needs=needs(room),
        instructor=place().role == "instructor",
        group=group,
        version=version,
        every=EVERY,
        link=_link,
    )


def _exercise(session: Session, assignment: Assignment, template: str, seen: str | None = None) -> str | Response:
    version = reading.version(session, [assignment.id])
    if version == seen:
        return Response(status=204)
    found = exercises.group_at(session, assignment, _group())
    sheet = services().catalogue.get(assignment.exercise)
    return render_template(
        template,
        course=assignment.course,
        assignment=assignment,
        title=_title(assignment),
        found=found,
        numbers=exercises.numbers(found, sheet),
        group=_group(),
        version=version,
        every=EVERY,
        choosing=choosing,
        link=_link,
        lasting=lasting,
        often=exercises.OFTEN,
    )


def _title(assignment: Assignment) -> Text:
    sheet = services().catalogue.get(assignment.exercise)
    return sheet.title if sheet else Text(assignment.exercise, assignment.exercise)


def _group() -> str:
    return request.args.get("group", "")[:100]


def _link(endpoint: str, words: Mapping[str, Any]) -> str:
    """An address within this course; empty where the page is not part of this site."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, course=course_here().slug, **{name: value for name, value in words.items() if value})


def lasting(time: timedelta) -> str:
    """How long something took, in words."""
    words: str = format_timedelta(time, locale=get_locale())
    return words
