"""Where staff change what holds for one student and exercise: instructors all of it, assistants the flag only."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from web import standings
from web.access import INSTRUCTOR, STAFF_ONLY, allow, assignment_here
from web.database.models import Arrangement
from web.languages import t
from web.learners import wishes
from web.learners.arranging import arrange
from web.learners.room import EXERCISE, learners
from web.learners.views import exercise_page, learner_here
from web.learners.wishes import Wish
from web.services import services
from web.students.dates import zone

Answer = Response | tuple[str, int]


@learners.post(f"{EXERCISE}/arrangement")
@allow(INSTRUCTOR)
def arrangement(course: str, member: int, exercise: str) -> Answer:
    """Extension, attempts, excuse and score. A form that is sent twice changes nothing the second time."""
    with services().database.write() as session:
        assignment, who = assignment_here(session, exercise), learner_here(session, member)
        now = services().clock()
        standing = standings.of_one(session, services().catalogue, assignment, who.id, now)
        wish = wishes.wish(request.form, standing, zone(assignment.course.timezone), now)
        row = session.get(Arrangement, (assignment.id, who.id))
        if "attempts_since" in wish.columns and row and _is_newer(row.attempts_since, request.form.get("shown_at", "")):
            del wish.columns["attempts_since"]
        if wish.mistakes:
            return exercise_page(session, assignment, who, request.form, wish.mistakes), 422
        done = arrange(services(), session, assignment, who.id, wish, current_user.user_id)
    said = t("The change is saved.", "已保存。") if done else t("Nothing was changed.", "没有改动。")
    flash(said, "success" if done else "message")
    return redirect(url_for("learners.exercise", course=course, member=member, exercise=exercise), 303)


@learners.post(f"{EXERCISE}/flag")
@allow(STAFF_ONLY)
def flag(course: str, member: int, exercise: str) -> Answer:
    """A note of staff to themselves, which no student sees; an empty one takes it away."""
    text = wishes.plain(request.form.get("flag", ""))
    with services().database.write() as session:
        assignment, who = assignment_here(session, exercise), learner_here(session, member)
        if len(text) > wishes.LONGEST:
            wrong = {"flag": wishes.too_long(text, wishes.LONGEST)}
            return exercise_page(session, assignment, who, request.form, wrong), 422
        arrange(services(), session, assignment, who.id, Wish({"flag": text}), current_user.user_id)
    flash(t("The flag is set.", "已标记。") if text else t("The flag is taken away.", "标记已取消。"), "success")
    return redirect(url_for("learners.exercise", course=course, member=member, exercise=exercise), 303)


def _is_newer(when: datetime | None, shown_at: str) -> bool:
    """Whether attempts were reset since the form was shown: by the same form, sent twice."""
    try:
        shown = datetime.fromisoformat(shown_at)
    except ValueError:
        return False
    return when is not None and shown.tzinfo is not None and when >= shown
