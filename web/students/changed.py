"""What a student is told of scores that became others, and of comments: everywhere until it was seen."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grader.messages import Text
from grader.words import amount
from web import changes
from web.access import OWNER_OR_STAFF, SIGNED_IN, allow
from web.accounts.addresses import inside
from web.changes import Change
from web.database.models import Assignment, ScoreChange
from web.learners import unseen
from web.learners.unseen import Told
from web.regrading.history import Again, again
from web.services import services
from web.staff.tables import title_of
from web.students.room import students


@students.post("/changes/<int:change>/read")
@allow(SIGNED_IN)
def read_change(change: int) -> Response:
    """One's own only: to anybody else there is none."""
    with services().database.write() as session:
        found = session.get(ScoreChange, change)
        if found is None or found.user_id != current_user.user_id:
            abort(404)
        changes.read(session, current_user.user_id, services().clock(), ScoreChange.id == change)
    return redirect(inside(request.form.get("next", "")) or url_for("students.home"), 303)


@students.post("/submissions/<submission>/comments/read")
@allow(OWNER_OR_STAFF)
def read_comments(submission: str) -> Response:
    """One's own only: what staff send here marks nothing. `last`: of those that stood on the page; else all."""
    last = request.form.get("last", type=int)
    for one in told_of(submission):
        seen = one if last is None else replace(one, last=min(max(last, 0), one.last))
        with services().database.write() as session:
            unseen.see(session, current_user.user_id, seen, services().clock())
    return redirect(inside(request.form.get("next", "")) or url_for("students.home"), 303)


def see(submission: str, told: list[Told]) -> None:
    """Its student reads the report: what was told of it is seen. told: of comments, before the page was made."""
    if told or any(one.submission == submission for one in score_changes()):
        with services().database.write() as session:
            changes.read(session, current_user.user_id, services().clock(), ScoreChange.submission_id == submission)
            for one in told:
                unseen.see(session, current_user.user_id, one, services().clock())


def score_changes(course: str = "", exercise: str = "") -> list[Change]:
    """What the reader has not seen yet: of all courses, of one, or of one exercise. One query for a request."""
    if "score_changes" not in g:
        with services().database.read() as session:
            g.score_changes = changes.unread(session, current_user.user_id)
    found: list[Change] = g.score_changes
    return [one for one in found if course in {"", one.course} and exercise in {"", one.exercise}]


def new_comments(course: str = "", exercise: str = "") -> list[Told]:
    """The same of what staff said of the reader's work."""
    if "new_comments" not in g:
        with services().database.read() as session:
            g.new_comments = unseen.unseen(session, current_user.user_id)
    found: list[Told] = g.new_comments
    return [one for one in found if course in {"", one.course} and exercise in {"", one.exercise}]


def told_of(submission: str) -> list[Told]:
    """The same of one submission."""
    return [one for one in new_comments() if one.submission == submission]


def all_changes(assignment: Assignment) -> list[Change]:
    """Everything that was ever told to the reader of this exercise, the newest first."""
    with services().database.read() as session:
        return changes.of_exercise(session, current_user.user_id, assignment.id)


def graded_again(submission: str, assignment: Assignment) -> list[Again]:
    """The regrades that gave this submission the grade it has, the newest first."""
    with services().database.read() as session:
        return again(session, submission, assignment.id)


def what(change: Change) -> Text:
    """The change in one sentence."""
    if change.new is None:
        return Text(
            f"It does not count any more; it was {_points(change.old)}.",
            f"不再计分，原来是 {amount(change.old or 0.0)} 分。",
        )
    if change.old is None:
        return Text(f"It is {_points(change.new)} now.", f"现在是 {amount(change.new)} 分。")
    return Text(
        f"It is {_points(change.new)} now; it was {amount(change.old)}.",
        f"现在是 {amount(change.new)} 分，原来是 {amount(change.old)} 分。",
    )


def _points(points: float | None) -> str:
    shown = amount(points or 0.0)
    return "1 point" if shown == "1" else f"{shown} points"


def title(exercise: str) -> Text:
    """What an exercise is called."""
    return title_of(services().catalogue, exercise)


students.add_app_template_global(score_changes)
students.add_app_template_global(new_comments)
students.add_app_template_global(all_changes)
students.add_app_template_global(graded_again)
students.add_app_template_filter(what, "what_changed")
students.add_app_template_filter(title, "exercise_title")
