"""Where staff write comments and take them away. Students read them on the pages of their submissions."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grader.messages import Text
from web.access import STAFF_ONLY, allow, place
from web.database.models import Comment, Submission
from web.languages import t
from web.learners import comments, margin
from web.learners.margin import Writing
from web.learners.room import learners
from web.learners.wishes import plain, too_long
from web.services import services
from web.students.submitted import files_of, page_of

Answer = Response | tuple[str, int]
EMPTY = Text("Write something first.", "请先写点内容。")


@learners.post("/submissions/<submission>/comments")
@allow(STAFF_ONLY)
def comment(submission: str) -> Answer:
    """At a line, or about the whole submission. What was written and cannot be taken is shown again."""
    text = plain(request.form.get("text", ""))
    with services().database.write() as session:
        row = session.get_one(Submission, submission)
        files = files_of(row)
        spot = margin.asked(request.form, files) or abort(400)
        mistake = EMPTY if not text else too_long(text, comments.LONGEST) if len(text) > comments.LONGEST else None
        if mistake is None:
            author = (current_user.user_id, services().clock())
            key = comments.add(session, row, spot, files, text, author)
    if mistake:
        return page_of(submission, "students/submission.html", Writing(spot, text, mistake)), 422
    return redirect(url_for("students.submission", submission=submission, _anchor=f"comment-{key}"), 303)


@learners.post("/submissions/<submission>/comments/<int:comment>/remove")
@allow(STAFF_ONLY)
def remove_comment(submission: str, comment: int) -> Answer:
    """One's own; instructors any."""
    with services().database.write() as session:
        found = session.get(Comment, comment) or abort(404)
        allowed = comments.may_remove(found.author_id, current_user.user_id, place().role)
        if found.submission_id != submission or not allowed:
            abort(404)
        comments.remove(session, found, current_user.user_id, services().clock())
    flash(t("The comment is removed.", "评语已删除。"), "success")
    return redirect(url_for("students.submission", submission=submission), 303)
