"""The page on which an instructor makes columns and fills them from a file: shown first, then applied as a whole."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.messages import Text
from web import tabular
from web.access import INSTRUCTOR, STAFF_ONLY, allow, course_here, place
from web.database.models import Column, Course, Mark
from web.gradebook import book, columns
from web.gradebook.marks import Change, Outdated, apply
from web.gradebook.preview import Preview, preview
from web.gradebook.room import gradebook, student_here
from web.languages import say, t
from web.services import services
from web.tabular import BadTable

Answer = Response | str | tuple[str, int]
MOST_SHOWN = 400  # changes, in a preview
OUTDATED = Text(
    "Nothing was changed: somebody else changed these marks meanwhile. Bring the file again and look at it anew.",
    "没有任何改动：期间有其他人修改了这些分数。请重新上传文件，查看现在会改动什么。",
)
CHANGED = Text(
    "Somebody else changed this mark meanwhile: what it is now stands above. Save again if yours is to hold.",
    "期间有其他人修改了这个分数，上面是现在的分数。如仍要改为你填写的分数，请再次保存。",
)
NO_NUMBER = Text("A number from 0 to 10000, or nothing.", "请填写 0 到 10000 之间的数，或者留空。")


@gradebook.get("/courses/<course>/staff/gradebook/columns")
@allow(INSTRUCTOR)
def columns_page(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    """What there is, and the forms."""
    return _page()


@gradebook.post("/courses/<course>/staff/gradebook/columns")
@allow(INSTRUCTOR)
def make_column(course: str) -> Answer:
    """A new one."""
    with services().database.write() as session:
        here = session.get_one(Course, course_here().id)
        wish, mistakes = columns.wish_of(request.form, columns.taken(session, here.id))
        if len(book.columns(session, here.id)) >= columns.MOST:
            wish, mistakes = None, {"name": Text("There are too many columns already.", "列已经太多了。")}
        if wish:
            columns.make(session, here, wish, current_user.user_id, services().clock())
    if wish is None:
        return _page(mistakes=mistakes), 422
    flash(t("The column is made.", "已新建该列。"), "success")
    return redirect(url_for("gradebook.columns_page", course=course), 303)


@gradebook.post("/courses/<course>/staff/gradebook/columns/<int:column>")
@allow(INSTRUCTOR)
def change_column(course: str, column: int) -> Answer:
    """Its name and its points."""
    with services().database.write() as session:
        found = _column(session, column)
        wish, mistakes = columns.wish_of(request.form, columns.taken(session, found.course_id, found.id))
        if wish:
            columns.change(session, found, wish, current_user.user_id, services().clock())
    if wish is None:
        return _page(mistakes=mistakes, of=column), 422
    flash(t("The column is changed.", "已修改该列。"), "success")
    return redirect(url_for("gradebook.columns_page", course=course), 303)


@gradebook.post("/courses/<course>/staff/gradebook/columns/<int:column>/remove")
@allow(INSTRUCTOR)
def remove_column(course: str, column: int) -> Response:
    """With its marks, where somebody has said so."""
    with services().database.write() as session:
        found = _column(session, column)
        marks = columns.filled(session, found.course_id).get(found.id, 0)
        sure = not marks or "with_marks" in request.form
        if sure:
            columns.remove(session, found, current_user.user_id, services().clock())
    if sure:
        flash(t("The column is removed.", "已删除该列。"), "success")
    else:
        flash(t("Tick that its marks are to be removed too.", "请先勾选“连同分数一起删除”。"), "error")
    return redirect(url_for("gradebook.columns_page", course=course), 303)


@gradebook.post("/courses/<course>/staff/gradebook/columns/preview")
@allow(INSTRUCTOR)
def preview_marks(course: str) -> Answer:  # noqa: ARG001
    """What a file would change; nothing is changed yet."""
    sent = request.files.get("file")
    try:
        table = tabular.read(sent.stream.read(tabular.LARGEST + 1) if sent else b"")
        with services().database.read() as session:
            here = session.get_one(Course, course_here().id)
            found = preview(book.read(session, services().catalogue, here, services().clock()), table)
    except BadTable as refusal:
        return _page(refusal=refusal.text), 422
    return _preview_page(here, found), 422 if found.mistakes else 200


@gradebook.post("/courses/<course>/staff/gradebook/columns/apply")
@allow(INSTRUCTOR)
def apply_marks(course: str) -> Response:
    """What was shown, as a whole."""
    try:
        with services().database.write() as session:
            count = apply(session, course_here().id, _changes(), current_user.user_id, services().clock())
    except Outdated:
        flash(say(OUTDATED), "error")
        return redirect(url_for("gradebook.columns_page", course=course), 303)
    flash(
        t("1 mark is changed." if count == 1 else f"{count} marks are changed.", f"已修改 {count} 个分数。"), "success"
    )
    return redirect(url_for("gradebook.page", course=course), 303)


@gradebook.get("/courses/<course>/staff/gradebook/<int:member>/columns/<int:column>")
@allow(STAFF_ONLY)
def mark(course: str, member: int, column: int) -> str:  # noqa: ARG001
    """One mark, and the form for another one."""
    return _mark_page(member, column)


@gradebook.post("/courses/<course>/staff/gradebook/<int:member>/columns/<int:column>")
@allow(INSTRUCTOR)
def set_mark(course: str, member: int, column: int) -> Answer:
    """Another mark; an empty field for none. `was`: the mark that stood in the form when it was shown."""
    text, was = request.form.get("points", "").strip(), request.form.get("was")
    points = columns.points_of(text)
    if text and (points is None or points > columns.LARGEST):
        return _mark_page(member, column, text, NO_NUMBER), 422
    try:
        _set(member, column, points, was)
    except Outdated:
        return _mark_page(member, column, text, CHANGED), 409
    flash(t("The mark is kept.", "分数已保存。"), "success")
    return redirect(url_for("gradebook.page", course=course), 303)


def _set(member: int, column: int, points: float | None, was: str | None) -> None:
    """was: as the form had it; None for a program, which takes what is there. Raises Outdated."""
    with services().database.write() as session:
        student_here(session, member)
        known = session.get(Mark, (_column(session, column).id, member))
        now = known.points if known else None
        if was not in {None, "" if now is None else str(now)} and points != now:
            raise Outdated
        wish = Change(column, member, now, points)
        apply(session, course_here().id, [wish], current_user.user_id, services().clock())


def _column(session: Session, column: int) -> Column:
    """Of this course, or 404."""
    found = session.get(Column, column) or abort(404)
    return found if found.course_id == course_here().id else abort(404)


def _changes() -> list[Change]:
    """As the preview wrote them. Raises Outdated where they were not written by it."""
    try:
        sent = json.loads(request.form.get("changes", ""))
        return [Change(int(column), int(user), _mark(old), _mark(new)) for column, user, old, new in sent]
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Outdated from error


def _mark(value: Any) -> float | None:
    """Raises ValueError for what no preview writes."""
    if value is None or 0 <= float(value) <= columns.LARGEST:
        return None if value is None else float(value)
    raise ValueError(value)


def _page(mistakes: dict[str, Text] | None = None, of: int | None = None, refusal: Text | None = None) -> str:
    """of: the column whose form is shown again."""
    with services().database.read() as session:
        here = session.get_one(Course, course_here().id)
        own, filled = book.columns(session, here.id), columns.filled(session, here.id)
    wrong = {name: say(text) for name, text in (mistakes or {}).items()}
    words = {"mistakes": wrong, "typed": request.form if wrong else {}, "of": of, "refusal": refusal}
    return render_template("gradebook/columns.html", course=here, columns=own, filled=filled, **words)


def _preview_page(course: Course, found: Preview) -> str:
    changes = [(one.change.column, one.change.user_id, one.change.old, one.change.new) for one in found.changes]
    written = json.dumps(changes, separators=(",", ":"))
    return render_template("gradebook/preview.html", course=course, found=found, written=written, most=MOST_SHOWN)


def _mark_page(member: int, column: int, typed: str | None = None, mistake: Text | None = None) -> str:
    """typed: what could not be taken; mistake: why."""
    with services().database.read() as session:
        student, found = student_here(session, member), _column(session, column)
        here, known = session.get_one(Course, found.course_id), session.get(Mark, (found.id, member))
    alone = "HX-Request" not in request.headers
    return render_template(
        "gradebook/mark.html" if alone else "gradebook/_mark.html",
        course=here,
        student=student,
        column=found,
        mark=known,
        typed=typed,
        mistake=mistake,
        alone=alone,
        may_fill=place().role == "instructor",
    )
