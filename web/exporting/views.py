"""A course as an archive, out and in: for instructors who have just proved who they are."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from grader.messages import Text
from web.access import INSTRUCTOR, TEACHES, allow, course_here
from web.accounts.journal import note
from web.accounts.proof import ask, proven
from web.database.models import Course
from web.exporting.opening import Refused, opened
from web.exporting.reading import bring
from web.exporting.writing import archive
from web.languages import say, t
from web.services import services

exporting = Blueprint("exporting", __name__)

LARGEST_UPLOAD = 100_000_000  # bytes; the command reads larger ones
UPLOADS = "exporting.read"


def allow_large(state: BlueprintSetupState) -> None:
    """An archive is larger than any other form; only who is signed in may send so much. Before the form is read."""

    def larger() -> None:
        if request.endpoint == UPLOADS and request.method == "POST" and current_user.is_authenticated:
            request.max_content_length = LARGEST_UPLOAD

    state.app.before_request_funcs.setdefault(None, []).insert(0, larger)


exporting.record_once(allow_large)


@exporting.get("/courses/<course>/staff/export")
@allow(INSTRUCTOR)
def page(course: str) -> Answer | str:
    """What the archive holds, and the button."""
    if not proven():
        return ask(url_for("exporting.page", course=course))
    return render_template("exporting/page.html", course=course_here())


@exporting.post("/courses/<course>/staff/export")
@allow(INSTRUCTOR)
def write(course: str) -> Answer:
    """The archive, sent while it is written."""
    if not proven():
        return ask(url_for("exporting.page", course=course))
    here, moment = course_here(), services().clock()
    with services().database.write() as session:
        note(session, moment, "course exported", current_user.user_id, f"course {here.id}")
    answer = Response(stream_with_context(archive(services(), here.id)), content_type="application/zip")
    name = f"course-{here.slug}-{moment.date().isoformat()}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@exporting.get("/courses/new/archive")
@allow(TEACHES)
def bring_page() -> Answer | str:
    """The form for an archive."""
    return _bring() if proven() else ask(url_for("exporting.bring_page"))


@exporting.post("/courses/new/archive")
@allow(TEACHES)
def read() -> Answer | tuple[str, int]:
    """A new course out of an archive, or nothing."""
    if not proven():
        return ask(url_for("exporting.bring_page"))
    sent, slug = request.files.get("file"), request.form.get("slug", "").strip()
    try:
        with opened(sent.stream if sent else BytesIO()) as found:
            course: Course = bring(services(), found, slug, current_user.user_id)
    except Refused as refusal:
        return _bring(refusal.text, slug), 422
    flash(
        t(
            "The course is there, with everything in it. Students see it once you open it in its set-up.",
            "课程已导入，内容齐全。在课程设置中开放后学生才能看到。",
        ),
        "success",
    )
    return redirect(url_for("students.course", course=course.slug), 303)


def _bring(refusal: Text | None = None, slug: str = "") -> str:
    words = {"refusal": say(refusal) if refusal else "", "slug": slug, "most": LARGEST_UPLOAD // 1_000_000}
    return render_template("exporting/bring.html", **words)
