"""The pages of a student: courses, an exercise, handing in. What becomes of it is shown by submitted.py."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from grader.files import Source, Unreadable
from web import kinds, standings, work
from web.access import MEMBER, SIGNED_IN, allow, assignment_here, course_here, place
from web.database.base import STAFF
from web.database.models import Assignment, Course, Submission
from web.graders import outlook
from web.languages import language, say
from web.learners import comments
from web.refusals import Refused, refuse_late
from web.requests import request_id
from web.services import services
from web.statements import statement
from web.students import downloads, submitted
from web.students.room import students
from web.submissions import Upload, accept
from web.terms import terms_of
from web.uploads import source_of

__all__ = ["students", "submitted"]

KEY_LENGTH = 40  # characters of a form's key that count


@dataclass(frozen=True)
class Draft:
    """What the editor begins with. origin: starter, submission, or refused; `error` says why nothing was accepted."""

    code: str
    origin: str = "starter"
    error: str = ""


@students.get("/")
@allow(SIGNED_IN)
def home() -> str:
    with services().database.read() as session:
        courses = [
            standings.progress(session, services().catalogue, course, (current_user.user_id, role), services().clock())
            for course, role in work.courses_of(session, current_user.user_id)
        ]
    return render_template("students/home.html", courses=courses)


@students.get("/courses/<course>")
@allow(MEMBER)
def course(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    with services().database.read() as session:
        found = session.get_one(Course, course_here().id)
        person = (current_user.user_id, place().role or "student")
        progress = standings.progress(session, services().catalogue, found, person, services().clock())
    return render_template("students/course.html", course=found, progress=progress)


@students.get("/courses/<course>/<exercise>")
@allow(MEMBER)
def exercise(course: str, exercise: str) -> str:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
        return _exercise_page(session, assignment, _beginning(session, assignment))


@students.get("/courses/<course>/<exercise>/starter")
@allow(MEMBER)
def starter(course: str, exercise: str) -> Response:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
    sheet = services().catalogue.get(assignment.exercise)
    if sheet is None or not _readable(assignment):
        abort(404)
    return downloads.attachment(
        f"{sheet.name}.py", sheet.starter_in(language()).encode(), "text/x-python; charset=utf-8"
    )


@students.post("/courses/<course>/<exercise>")
@allow(MEMBER)
def hand_in(course: str, exercise: str) -> Answer | tuple[str, int]:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
    try:
        source = source_of(request)
        upload = Upload(source, "page", _key(source), request_id())
        submission = accept(services(), current_user.user_id, assignment.id, upload)
    except (Unreadable, Refused) as refusal:
        g.refused = kinds.of_refusal(refusal).name  # for the numbers
        draft = Draft(request.form.get("code", "").replace("\r\n", "\n"), "refused", say(refusal.text))
        with services().database.read() as session:
            return _exercise_page(session, assignment_here(session, exercise), draft), 422
    return redirect(url_for("students.submission", submission=submission.id, fresh=1), 303)


def _key(source: Source) -> str | None:
    """The form's key and what it brought: a double click is one submission, other code from the same page another."""
    key = request.form.get("key", "")[:KEY_LENGTH]
    content = "\0".join(f"{file.name}\0{file.text}" for file in source.files)
    return f"{key}-{sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}" if key else None


def _beginning(session: Session, assignment: Assignment) -> Draft:
    """The starter; the code of an earlier attempt, where the address names one of the reader's own; or what was sent.

    web/accounts/again.py shows this page again to whoever sent a form that could not be taken.
    """
    if request.form.get("code"):
        return Draft(request.form["code"].replace("\r\n", "\n"), "refused")
    wanted = request.args.get("from", "")
    earlier = session.get(Submission, wanted) if wanted else None
    if earlier and earlier.assignment_id == assignment.id and earlier.user_id == current_user.user_id:
        return Draft(submitted.files_of(earlier)[0].text, "submission")
    sheet = services().catalogue.get(assignment.exercise)
    return Draft(sheet.starter_in(language()) if sheet else "")


def _exercise_page(session: Session, assignment: Assignment, draft: Draft) -> str:
    sheet = services().catalogue.get(assignment.exercise) or abort(404)
    standing = standings.of_one(session, services().catalogue, assignment, current_user.user_id, services().clock())
    return render_template(
        "students/exercise.html",
        course=assignment.course,
        sheet=sheet,
        text=statement(sheet, language()),
        standing=standing,
        said=comments.counts(session, [one.id for one in standing.attempts]),
        staff=place().role in STAFF,
        readable=_readable(assignment),
        refusal=_refusal(session, assignment),
        gpu=outlook(services(), sheet),
        draft=draft
        if draft.code or draft.origin != "refused"
        else Draft(sheet.starter_in(language()), "starter", draft.error),
        key=secrets.token_urlsafe(16),
    )


def _readable(assignment: Assignment) -> bool:
    """What is not open yet is for staff only."""
    return place().role in STAFF or terms_of(assignment).opened(services().clock())


def _refusal(session: Session, assignment: Assignment) -> str:
    """Why nothing can be handed in now; empty where something can."""
    try:
        staff = place().role in STAFF
        refuse_late(session, assignment, current_user.user_id, services().clock(), staff=staff)
    except Refused as refusal:
        return say(refusal.text)
    return ""
