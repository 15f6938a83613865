"""The addresses of the interface. What each takes and gives is declared above it, and becomes the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for
from flask_login import current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from grader.calls import File
from grader.plain import to_plain
from grader.visibility import as_seen
from web import kinds, standings, work
from web.access import ANYONE, MEMBER, OWNER_OR_STAFF, SIGNED_IN, allow, assignment_here, course_here, place
from web.api import answers, gate, listing, models, reading, reports
from web.api.describing import describe
from web.api.openapi import document
from web.database.base import STAFF
from web.database.models import Course, Submission
from web.opening import is_opened
from web.problems import Problem
from web.requests import request_id
from web.services import services
from web.submissions import Upload, accept
from web.waiting import seats

WHOLE = (
    select(Submission)
    .where(Submission.id == bindparam("submission"))
    .options(joinedload(Submission.assignment), joinedload(Submission.shown))
)

api = Blueprint("api", __name__, url_prefix="/api/v1")
api.before_request(gate.enforce)


@api.get("/openapi.json")
@allow(ANYONE)
def openapi() -> Response:
    """The document that says all this to programs."""
    return jsonify(document(current_app))


@api.get("/whoami")
@allow(SIGNED_IN)
@describe("Who one is", {200: (models.Who, "Whoever the token or the session stands for.")})
def whoami() -> Response:
    with services().database.read() as session:
        only = session.get(Course, current_user.only_course) if current_user.only_course else None
    return reading.answer(
        models.Who(
            name=current_user.name,
            email=current_user.email,
            by="session" if current_user.token else "token",
            scopes=sorted(current_user.scopes & {"read", "submit", "publish"}),
            course=only.slug if only else None,
            exercise=current_user.only_exercise,
        )
    )


@api.get("/courses")
@allow(SIGNED_IN)
@describe("One's courses", {200: (models.Courses, "Those that one is in, and that the token is good for.")})
def courses() -> Response:
    with services().database.read() as session:
        found = work.courses_of(session, current_user.user_id)
        items = [answers.course(row, role) for row, role in found if gate.in_course(row.id)]
    return reading.answer(models.Courses(items=items))


@api.get("/courses/<course>/exercises")
@allow(MEMBER)
@describe("The exercises of a course", {200: (models.Exercises, "In the order of the course.")}, problems=(404,))
def exercises(course: str) -> Response:  # noqa: ARG001 - enforce() has read the address
    with services().database.read() as session:
        row, person = session.get_one(Course, course_here().id), (current_user.user_id, place().role or "student")
        found = standings.progress(session, services().catalogue, row, person, services().clock()).standings
        items = [
            answers.exercise(one, one.sheet) for one in found if one.sheet and gate.in_exercise(one.assignment.exercise)
        ]
    return reading.answer(models.Exercises(items=items))


@api.get("/courses/<course>/exercises/<exercise>")
@allow(MEMBER)
@describe("An exercise", {200: (models.Sheet, "Statement, starter, points, deadline.")}, problems=(404,))
def exercise(course: str, exercise: str) -> Response:  # noqa: ARG001
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
        sheet = services().catalogue.get(exercise) or abort(404)
        found = standings.of_one(session, services().catalogue, assignment, current_user.user_id, services().clock())
        _refuse_early(found)
        return reading.answer(answers.sheet(found, sheet))


@api.post("/courses/<course>/exercises/<exercise>/submissions")
@allow(MEMBER)
@describe(
    "Hand in",
    {
        201: (models.Submission, "Taken in: it will be graded, whatever happens to us."),
        200: (models.Submission, "This key or commit was here before: the submission that it made."),
    },
    problems=(400, 404, 409, 413, 415, 422),
    headers=reading.Key,
    takes_files=True,
)
def submit(course: str, exercise: str) -> Response:
    """With `Idempotency-Key`, handing in twice is handing in once: repeat it when no answer came."""
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
    source, origin = reading.handed_in()
    gate.refuse_other_origin(origin)
    upload = Upload(source, "api", reading.key(), request_id(), origin)
    submission = accept(services(), current_user.user_id, assignment.id, upload)
    if submission.request_id == upload.request_id:
        return _told(answers.taken(submission, course, exercise), 201)
    if submission.files != to_plain(tuple[File, ...], source.files):
        by_key = upload.key and submission.idempotency_key == upload.key
        raise Problem(kinds.KEY_REUSED if by_key else kinds.COMMIT_CHANGED)
    return _state(submission.id)


@api.get("/submissions")
@allow(SIGNED_IN)
@describe(
    "One's own submissions", {200: (models.Submissions, "The newest first.")}, query=listing.Page, problems=(422,)
)
def submissions() -> Response:
    page = reading.query(listing.Page)
    with services().database.read() as session:
        rows, more = listing.own(session, page)
        items = [models.Submission(answers.submission(session, row)) for row in rows]
    following: dict[str, Any] = {**page.model_dump(exclude_none=True), "after": rows[-1].id} if more else {}
    return reading.answer(
        models.Submissions(items=items, next=url_for("api.submissions", **following) if more else None)
    )


@api.get("/submissions/<submission>")
@allow(OWNER_OR_STAFF)
@describe(
    "Where a submission stands", {200: (models.Submission, "Its state.")}, query=reading.Wait, problems=(404, 422)
)
def submission(submission: str) -> Response:
    """With `wait`, the answer comes when it is graded, or after so many seconds; at once where too many wait."""
    seats().wait_for(services(), submission, reading.query(reading.Wait).wait, "program")
    return _state(submission)


@api.get("/submissions/<submission>/report")
@allow(OWNER_OR_STAFF)
@describe("What was found out", {200: (reports.Report, "As far as the reader may see it.")}, problems=(404,))
def report(submission: str) -> Response:
    with services().database.read() as session:
        grade = work.published(session, submission)
        if grade is None:
            raise Problem(kinds.NO_REPORT)
        row = session.get_one(Submission, submission)
        terms = work.terms_for(session, row.assignment, row.user_id)
        opened = is_opened(terms, place().role, services().clock())
        return reading.answer(answers.report(submission, as_seen(work.report_of(grade), opened)))


def _refuse_early(standing: standings.Standing) -> None:
    """A statement is not read before its exercise opens, but by staff."""
    if not standing.opened and place().role not in STAFF:
        raise Problem(kinds.NOT_OPEN_YET)


def _state(submission: str) -> Response:
    """Where a submission stands now."""
    with services().database.read() as session:
        return _told(answers.submission(session, session.scalars(WHOLE, {"submission": submission}).one()))


def _told(found: models.Stand, status: int = 200) -> Response:
    """One that waits may be asked for again soon; one that is handed in has an address."""
    made = reading.answer(found, status)
    if request.method == "POST":
        made.headers["Location"] = found.url
    if found.state in {"waiting", "running"}:
        made.headers["Retry-After"] = "1"
    return made
