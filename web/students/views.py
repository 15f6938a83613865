"""The pages of a student: courses, an exercise, handing in, a submission."""

from __future__ import annotations

import time

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.files import Unreadable
from web.access import MEMBER, OWNER_OR_STAFF, SIGNED_IN, allow, place
from web.database.models import Assignment, Course, Submission
from web.languages import say
from web.requests import request_id
from web.services import services
from web.students import work
from web.submissions import Refused, Upload, accept, place_in_queue
from web.uploads import source_of

students = Blueprint("students", __name__)

PATIENCE = 0.4  # seconds that a fresh submission's page waits for the grade, so that most never show a progress bar


@students.get("/")
@allow(SIGNED_IN)
def home() -> str:
    with services().database.read() as session:
        return render_template("students/home.html", courses=work.courses_of(session, current_user.user_id))


@students.get("/courses/<course>")
@allow(MEMBER)
def course(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    with services().database.read() as session:
        found = session.get_one(Course, _course().id)
        return render_template("students/course.html", course=found, assignments=list(found.assignments))


@students.get("/courses/<course>/<exercise>")
@allow(MEMBER)
def exercise(course: str, exercise: str) -> str:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_of(session, exercise)
        return _exercise_page(session, assignment)


@students.post("/courses/<course>/<exercise>")
@allow(MEMBER)
def hand_in(course: str, exercise: str) -> Response | tuple[str, int]:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_of(session, exercise)
    try:
        upload = Upload(source_of(request), "page", request.form.get("key") or None, request_id())
        submission = accept(services(), current_user.user_id, assignment.id, upload)
    except (Unreadable, Refused) as refusal:
        flash(say(refusal.text), "error")
        with services().database.read() as session:
            return _exercise_page(session, assignment_of(session, exercise)), 422
    return redirect(url_for("students.submission", submission=submission.id, fresh=1), 303)


@students.get("/submissions/<submission>")
@allow(OWNER_OR_STAFF)
def submission(submission: str) -> str:
    if request.args.get("fresh"):
        _wait_for(submission)
    return _submission_page(submission, "students/submission.html")


@students.get("/submissions/<submission>/progress")
@allow(OWNER_OR_STAFF)
def progress(submission: str) -> str:
    """The part of the page that changes while one waits."""
    return _submission_page(submission, "students/_submission.html")


def assignment_of(session: Session, exercise: str) -> Assignment:
    """The exercise of this address in its course, or 404."""
    found = session.scalar(
        select(Assignment).where(Assignment.course_id == _course().id, Assignment.exercise == exercise)
    )
    return found or abort(404)


def _course() -> Course:
    return place().course or abort(404)


def _exercise_page(session: Session, assignment: Assignment) -> str:
    sheet = services().catalogue.get(assignment.exercise) or abort(404)
    return render_template(
        "students/exercise.html",
        course=assignment.course,
        assignment=assignment,
        sheet=sheet,
        attempts=work.history(session, assignment, current_user.user_id),
        code=request.form.get("code", ""),
    )


def _submission_page(submission: str, template: str) -> str:
    with services().database.read() as session:
        row = session.get_one(Submission, submission)
        grade = work.published(session, row.id)
        return render_template(
            template,
            submission=row,
            assignment=row.assignment,
            course=row.assignment.course,
            sheet=services().catalogue.get(row.assignment.exercise),
            grade=grade,
            report=work.report_of(grade) if grade else None,
            before=place_in_queue(session, row) if row.state == "waiting" else 0,
        )


def _wait_for(submission: str) -> None:
    """Until it is graded, but not for long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with services().database.read() as session:
            if session.scalar(select(Submission.state).where(Submission.id == submission)) != "waiting":
                return
        time.sleep(0.015)
