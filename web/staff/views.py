"""The pages of those who teach: what was handed in, and what is graded again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from web.access import STAFF_ONLY, allow, course_here
from web.database.models import Course
from web.languages import t
from web.mending import grade_again, ours_in
from web.requests import request_id
from web.services import services
from web.staff import tables
from web.staff.navigation import navigation

staff = Blueprint("staff", __name__)
staff.app_context_processor(navigation)


@staff.get("/courses/<course>/staff/submissions")
@allow(STAFF_ONLY)
def submissions(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    with services().database.read() as session:
        found = session.get_one(Course, course_here().id)
        chosen = tables.Filter.of(request.args)
        page = tables.submissions(session, found, chosen)
        choices = tables.choices(session, services().catalogue, found)
        ours = ours_in(session, found.id)
    return render_template(
        "staff/submissions.html",
        course=found,
        page=page,
        chosen=chosen,
        ours=ours,
        choices=choices,
        titles=dict(choices.exercises),
    )


@staff.post("/courses/<course>/staff/again")
@allow(STAFF_ONLY)
def all_again(course: str) -> Response:
    """Everything of the course that we could not grade."""
    count = grade_again(services(), course_here().id, current_user.user_id, request_id())
    said = "1 submission is graded again." if count == 1 else f"{count} submissions are graded again."
    flash(t(said, f"{count} 份提交正在重新评分。"), "success")
    return redirect(url_for("staff.submissions", course=course), 303)


@staff.post("/submissions/<submission>/again")
@allow(STAFF_ONLY)
def again(submission: str) -> Response:
    """One that we could not grade."""
    grade_again(services(), course_here().id, current_user.user_id, request_id(), only=submission)
    return redirect(url_for("students.submission", submission=submission), 303)
