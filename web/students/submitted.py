"""What became of a submission: progress, then the report; and what was handed in."""

from __future__ import annotations

from datetime import datetime

from flask import Response, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session

from grader.calls import File
from grader.messages import Text
from grader.plain import from_plain
from grader.visibility import as_seen
from web import standings, work
from web.access import OWNER_OR_STAFF, allow, place
from web.database.base import STAFF
from web.database.models import Submission
from web.graders import GPU
from web.languages import language, t
from web.learners import comments
from web.learners import margin as margins
from web.learners.comments import Spot
from web.learners.margin import Writing
from web.opening import is_opened
from web.reports.listing import Margin
from web.reports.view import ReportView
from web.services import services
from web.students import changed, dates, downloads
from web.students.room import students
from web.submissions import fault_of, place_in_queue
from web.waiting import seats

MOMENT = 0.4  # seconds that a fresh submission's page waits, so that most people never see a progress bar
QUICK, QUICK_SECONDS, SLOW_SECONDS = 10, 0.4, 2  # so many seconds long one looks again soon, then less often
LATE_SECONDS = 4  # unsent for so long: the graders are away


@students.get("/submissions/<submission>")
@allow(OWNER_OR_STAFF)
def submission(submission: str) -> str:
    """Waits a moment where one comes from handing in."""
    if request.args.get("fresh"):
        seats().wait_for(services(), submission, MOMENT, "page")
    told = changed.told_of(submission)
    page = page_of(submission, "students/submission.html")
    changed.see(submission, told)
    return page


@students.get("/submissions/<submission>/progress")
@allow(OWNER_OR_STAFF)
def progress(submission: str) -> str:
    """The part of the page that changes while one waits."""
    return page_of(submission, "students/_submission.html")


@students.get("/submissions/<submission>/files")
@allow(OWNER_OR_STAFF)
def files(submission: str) -> Response:
    """What was handed in."""
    with services().database.read() as session:
        row = session.get_one(Submission, submission)
        return downloads.files(f"{row.assignment.exercise}-{row.number}", files_of(row))


def files_of(row: Submission) -> tuple[File, ...]:
    """The files of a submission, as they were read."""
    found: tuple[File, ...] = from_plain(tuple[File, ...], row.files, "files")
    return found


def page_of(submission: str, template: str, writing: Writing | None = None) -> str:
    """The page of a submission, or the part of it that changes; writing: a comment that has to be mended."""
    with services().database.read() as session:
        row = session.get_one(Submission, submission)
        files = files_of(row)
        said = comments.said(session, row.id, files)
        writing = writing or _writing(files)
        standing = standings.of_one(session, services().catalogue, row.assignment, row.user_id, services().clock())
        return render_template(
            template,
            submission=row,
            assignment=row.assignment,
            course=row.assignment.course,
            sheet=standing.sheet,
            standing=standing,
            attempt=next(one for one in standing.attempts if one.id == row.id),
            staff=place().role in STAFF,
            own=row.user_id == current_user.user_id,
            view=_view(session, row, margins.margin(row, files, said, writing)),
            files=files,
            fault=fault_of(row),
            writing=writing,
            longest=comments.LONGEST,
            **margins.beside(said),
            **_wait(session, row),
        )


def _writing(files: tuple[File, ...]) -> Writing:
    """The form for a comment, at the line that the address names; else for the whole submission."""
    return Writing(margins.asked(request.args, files) or Spot())


def _view(session: Session, row: Submission, margin: Margin) -> ReportView | None:
    """The report as this reader may see it; None before there is one."""
    grade = work.published(session, row.id)
    if grade is None:
        return None
    terms = work.terms_for(session, row.assignment, row.user_id)
    opened = is_opened(terms, place().role, services().clock())
    opens = "" if opened else _opens(row, terms.shown_from)
    return ReportView(as_seen(work.report_of(grade), opened), language(), opens, margin)


def _opens(row: Submission, shown_from: datetime | None) -> str:
    """When hidden checks are shown, in words."""
    if shown_from is None:
        return t("hidden", "隐藏")
    when = dates.moment(shown_from, row.assignment.course.timezone).striptags()
    return t(f"hidden until {when}", f"{when} 后公开")


def _wait(session: Session, row: Submission) -> dict[str, object]:
    """What is said while one waits, truthfully; and when to look again."""
    if row.state != "waiting":
        return {}
    age = (services().clock() - row.created_at).total_seconds()
    soon = f"{QUICK_SECONDS * 1000:.0f}ms" if age < QUICK else f"{SLOW_SECONDS}s"
    return {"words": _stage(row, place_in_queue(session, row), age)(language()), "every": soon}


def _stage(row: Submission, before: int, age: float) -> Text:
    if row.sent_at is None and age > LATE_SECONDS:
        return Text(
            "The graders cannot be reached at the moment. This is graded as soon as they are back.",
            "评分程序暂时联系不上，恢复后会立即评分。",
        )
    if row.began_at and row.checks_of:
        number = min(row.checks_done + 1, row.checks_of)
        return Text(f"Check {number} of {row.checks_of}", f"第 {number} 项检查，共 {row.checks_of} 项")
    if row.began_at:
        return Text("Running the program", "正在运行程序")
    if before:
        noun = "submission" if before == 1 else "submissions"
        if row.device == GPU:
            return Text(f"{before} {noun} before this one wait for the GPU", f"前面还有 {before} 份提交在等待 GPU")
        return Text(f"{before} {noun} before this one in the queue", f"前面还有 {before} 份提交在排队")
    return Text("Next in the queue", "马上轮到")
