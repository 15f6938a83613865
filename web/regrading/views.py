"""The pages of regrades: begin one, watch it, look at what it would change, publish it or throw it away."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.visibility import as_seen
from web.access import INSTRUCTOR, STAFF_ONLY, allow, course_here, place
from web.accounts.proof import ask, proven
from web.database.models import Assignment, Course, Grade, Regrade, Shadow, Submission, User
from web.languages import language, say, t
from web.regrading import beginning, settling, telling
from web.regrading.beginning import Refused
from web.regrading.listing import listing
from web.regrading.progress import progress
from web.regrading.rows import difference, line_of
from web.reports.view import ReportView
from web.requests import request_id
from web.services import services
from web.staff.tables import title_of
from web.work import report_of

regrades = Blueprint("regrades", __name__, url_prefix="/courses/<course>/staff/regrades")

PAGE = 50  # lines of the difference


@regrades.get("")
@allow(STAFF_ONLY)
def page(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    return _page()


@regrades.post("")
@allow(INSTRUCTOR)
def begin(course: str) -> Response | tuple[str, int]:
    """Of one exercise of this course."""
    with services().database.read() as session:
        wanted = Assignment.course_id == course_here().id, Assignment.exercise == request.form.get("exercise", "")
        assignment = session.scalar(select(Assignment.id).where(*wanted)) or abort(404)
    try:
        number = beginning.begin(
            services(),
            assignment,
            current_user.user_id,
            new_seeds=bool(request.form.get("new_seeds")),
            why=request.form.get("why", ""),
            request_id=request_id(),
        )
    except Refused as refusal:
        return _page(say(refusal.text)), 422
    return redirect(url_for("regrades.one", course=course, regrade=number), 303)


@regrades.get("/<int:regrade>")
@allow(STAFF_ONLY)
def one(course: str, regrade: int) -> str:  # noqa: ARG001
    return _one(regrade)


@regrades.get("/<int:regrade>/progress")
@allow(STAFF_ONLY)
def moving(course: str, regrade: int) -> Response | str:
    """The part that changes while it runs; once it does no more, the whole page has something new to show."""
    with services().database.read() as session:
        found = _found(session, regrade)
        if found.state != "running":
            whole = Response(status=200)
            whole.headers["HX-Refresh"] = "true"
            return whole if request.headers.get("HX-Request") else redirect(_address(course, regrade), 303)
        how_far = progress(session, found, services().clock())
    return render_template(
        "regrading/_progress.html", course=course_here(), regrade=found, progress=how_far, telling=telling
    )


@regrades.post("/<int:regrade>/publish")
@allow(INSTRUCTOR)
def publish(course: str, regrade: int) -> Response | tuple[str, int]:
    """Scores of a class change, so it is asked anew who wants that."""
    with services().database.read() as session:
        _found(session, regrade)
    if not proven():
        return ask(_address(course, regrade))
    try:
        why = request.form.get("why", "")
        done = settling.publish(services(), regrade, current_user.user_id, why=why, request_id=request_id())
    except Refused as refusal:
        return _one(regrade, say(refusal.text)), 422
    flash(_published(done.told), "success")
    return redirect(_address(course, regrade), 303)


def _published(told: int) -> str:
    if not told:
        return t("Published. No student’s score changes.", "已发布，没有学生的成绩发生变化。")
    noun = "1 student is" if told == 1 else f"{told} students are"
    return t(f"Published. {noun} told.", f"已发布，已通知 {told} 名学生。")


@regrades.post("/<int:regrade>/discard")
@allow(INSTRUCTOR)
def discard(course: str, regrade: int) -> Response | tuple[str, int]:
    """Finished or not; nobody's score was touched."""
    with services().database.read() as session:
        _found(session, regrade)
    try:
        settling.discard(services(), regrade, current_user.user_id, request_id=request_id())
    except Refused as refusal:
        return _one(regrade, say(refusal.text)), 422
    flash(t("Thrown away. No score has changed.", "已放弃，所有成绩保持不变。"), "success")
    return redirect(url_for("regrades.page", course=course), 303)


@regrades.get("/<int:regrade>/<int:shadow>")
@allow(STAFF_ONLY)
def report(course: str, regrade: int, shadow: int) -> str:  # noqa: ARG001
    """One submission: what turned, and the report before or after."""
    with services().database.read() as session:
        found = _found(session, regrade)
        line = line_of(session, found, shadow) or abort(404)
        row = session.get_one(Shadow, shadow)
        shown = "before" if request.args.get("show") == "before" or row.grade_id is None else "after"
        grade = session.get_one(Grade, (row.before_id if shown == "before" else row.grade_id) or abort(404))
        view = ReportView(as_seen(report_of(grade), opened=True), language())
        submission = session.get_one(Submission, line.submission)
        return render_template(
            "regrading/report.html",
            course=found.assignment.course,
            regrade=found,
            line=line,
            shown=shown,
            view=view,
            grade=grade,
            submission=submission,
            words=_words(found),
            kinds=telling.KINDS,
        )


def _found(session: Session, regrade: int) -> Regrade:
    """Of this course, or 404."""
    found = session.get(Regrade, regrade)
    if found is None or found.assignment.course_id != course_here().id:
        abort(404)
    return found


def _address(course: str, regrade: int) -> str:
    return url_for("regrades.one", course=course, regrade=regrade)


def _words(regrade: Regrade) -> telling.Telling:
    return telling.Telling(services().catalogue.get(regrade.assignment.exercise))


def _page(mistake: str = "") -> str:
    with services().database.read() as session:
        course = session.get_one(Course, course_here().id)
        found = listing(session, services().catalogue, course)
    return render_template(
        "regrading/page.html",
        course=course,
        listing=found,
        states=telling.STATES,
        telling=telling,
        mistake=mistake,
        typed=request.form if mistake else request.args,
        may=place().role == "instructor",
    )


def _one(number: int, mistake: str = "") -> str:
    chosen, wanted = request.args.get("show", "changed"), request.args.get("page", "1")
    with services().database.read() as session:
        regrade = _found(session, number)
        how_far = progress(session, regrade, services().clock())
        found = None if regrade.state in {"running", "discarded"} else difference(session, regrade)
        by = session.get_one(User, regrade.created_by).name
    lines = found.chosen(chosen) if found else ()
    last = max((len(lines) + PAGE - 1) // PAGE, 1)
    at = min(int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else 1, last) or 1
    return render_template(
        "regrading/one.html",
        course=regrade.assignment.course,
        regrade=regrade,
        title=title_of(services().catalogue, regrade.assignment.exercise),
        progress=how_far,
        difference=found,
        lines=lines[(at - 1) * PAGE : at * PAGE],
        chosen=chosen,
        at=at,
        last=last,
        by=by,
        words=_words(regrade),
        telling=telling,
        kinds=telling.KINDS,
        states=telling.STATES,
        mistake=mistake,
        why=request.form.get("why", regrade.why),
        may=place().role == "instructor",
        proven=proven(),
    )
