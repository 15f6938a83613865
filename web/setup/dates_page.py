"""The dates of all exercises in one table; a row of deadlines, one every so many days, is filled in at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from web.access import INSTRUCTOR, STAFF_ONLY, allow
from web.courses import zone_of
from web.database.models import Assignment, Course
from web.languages import t
from web.services import services
from web.setup import consequences, local_times
from web.setup.changing import set_exercise
from web.setup.course_page import Answer
from web.setup.merging import merged
from web.setup.room import PLACE, Mistakes, course_row, course_to_change, said, setup, shown
from web.setup.rules import dates as dates_typed
from web.setup.typed import Typed

MOST_DAYS = 366
SERIES = {"first": "", "every": "7", "at_once": "1", "open_days": "", "start": ""}


@dataclass(frozen=True)
class Series:
    """Deadlines in a row, by the clock on the wall: 18:00 stays 18:00 when clocks change.

    first: the first deadline; at_once: so many exercises share one; open_days: so many days before it they open
    (None: what stands there stays); start: the exercise that it begins with.
    """

    first: datetime
    every: int
    at_once: int
    open_days: int | None
    start: str

    def fields(self, rows: list[Assignment]) -> dict[str, str]:
        """The table's fields, filled."""
        names = [row.exercise for row in rows]
        begin = names.index(self.start) if self.start in names else 0
        filled: dict[str, str] = {}
        for at, row in enumerate(rows[begin:]):
            due = self.first + timedelta(days=at // self.at_once * self.every)
            filled[f"deadline-{row.id}"] = _written(due)
            if self.open_days is not None:
                filled[f"opens_at-{row.id}"] = _written(due - timedelta(days=self.open_days))
        return filled


@setup.get(f"{PLACE}/dates")
@allow(STAFF_ONLY)
def dates(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """All dates as they are."""
    with services().database.read() as session:
        row = course_row(session)
        return _page(row, _fields(row))


@setup.post(f"{PLACE}/dates")
@allow(INSTRUCTOR)
def save_dates(course: str) -> Answer:
    """Everything in the table is set, or nothing where something has to be mended."""
    if request.form.get("act") == "fill":
        return _filled()
    with services().database.write() as session:
        row = course_to_change(session)
        fields = merged(request.form, _fields(row))
        form = Typed(fields, zone_of(row))
        wanted = [(one, dates_typed(form, one, f"-{one.id}")) for one in row.assignments if _is_there(one)]
        if form.mistakes:
            return _page(row, fields, said(form)), 422
        before = consequences.rules_of(row)
        count = sum(_set(session, one, pair) for one, pair in wanted)
        told = consequences.tell_students(session, row, before, services().clock())
    en = "Dates of one exercise changed." if count == 1 else f"Dates of {count} exercises changed."
    flash(consequences.saved(bool(count), told), "success")
    if count:
        flash(t(en, f"{count} 道题的日期有改动。"), "message")
    return redirect(url_for("setup.dates", course=course), 303)


def _filled() -> Answer:
    """The table with a row of deadlines filled in, to be looked at; nothing is saved yet."""
    with services().database.read() as session:
        row = course_row(session)
        form = Typed(request.form, zone_of(row))
        series = _series(form)
        if form.mistakes or series is None:
            return _page(row, request.form, said(form)), 422
        fields = {**merged(request.form, _fields(row)), **series.fields(row.assignments)}
        check = Typed(fields, zone_of(row))
        for one in row.assignments:
            dates_typed(check, one, f"-{one.id}")
        return _page(row, fields, said(check), filled=True)


def _series(form: Typed) -> Series | None:
    first = form.moment("first", None)
    every, at_once = form.whole("every", 1, MOST_DAYS), form.whole("at_once", 1, 100)
    open_days = form.whole("open_days", 1, MOST_DAYS) if form["open_days"] else None
    if first is None:
        form.refuse("first", "Write the first deadline.", "请填写第一个截止时间。")
        return None
    return Series(first.astimezone(form.zone).replace(tzinfo=None), every, at_once, open_days, form["start"])


def _set(session: Session, row: Assignment, pair: tuple[datetime | None, datetime | None]) -> bool:
    values = dict(zip(("opens_at", "deadline"), pair, strict=True))
    return set_exercise(session, row, values, current_user.user_id, services().clock())


def _is_there(row: Assignment) -> bool:
    """An exercise that was added while the page was open keeps what it has."""
    return f"deadline-{row.id}" in request.form


def _fields(course: Course) -> dict[str, str]:
    zone, found = zone_of(course), dict(SERIES)
    for row in course.assignments:
        found[f"opens_at-{row.id}"] = local_times.field(row.opens_at, zone)
        found[f"deadline-{row.id}"] = local_times.field(row.deadline, zone)
    return found


def _page(course: Course, typed: Mapping[str, str], mistakes: Mistakes | None = None, *, filled: bool = False) -> str:
    rows = [(one, services().catalogue.get(one.exercise)) for one in course.assignments]
    was = {name: value for name, value in _fields(course).items() if name not in SERIES}
    return shown("dates.html", course, rows=rows, typed=typed, was=was, mistakes=mistakes or {}, filled=filled)


def _written(local: datetime) -> str:
    return local.strftime("%Y-%m-%dT%H:%M")
