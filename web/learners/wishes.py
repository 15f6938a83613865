"""What staff ask for in the form about one student and exercise, read field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from grader.messages import Text
from grader.words import amount
from web.database.models import Arrangement
from web.setup import local_times
from web.standings import Standing

LONGEST = 1000  # characters of a reason or a flag
MOST_MORE = 100  # further attempts
BEGINS = "was_"  # a hidden field of that name says what the form was filled with
MAX_DIGITS = 12


@dataclass
class Wish:
    """columns: what is to become another value in web.database.models.Arrangement; mistakes: by field of the form.

    why: a note for the journal, which students do not see.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    mistakes: dict[str, Text] = field(default_factory=dict)
    why: str = ""


def filled(arrangement: Arrangement | None, zone: ZoneInfo) -> dict[str, str]:
    """The form's fields, as they stand now."""
    points = arrangement.points if arrangement else None
    return {
        "deadline": local_times.field(arrangement.deadline if arrangement else None, zone),
        "attempts_more": str(arrangement.attempts_more if arrangement else 0),
        "excused": "1" if arrangement and arrangement.excused else "",
        "points": "" if points is None else amount(points),
        "points_why": arrangement.points_why if arrangement else "",
    }


def wish(form: Mapping[str, str], standing: Standing, zone: ZoneInfo, now: datetime) -> Wish:
    """Only what was changed in the form: another field may have become another value since the form was shown."""
    found = Wish(why=plain(form.get("why", "")))
    if len(found.why) > LONGEST:
        found.mistakes["why"] = too_long(found.why, LONGEST)
    if changed(form, "deadline"):
        _deadline(found, form["deadline"].strip(), standing, zone)
    if changed(form, "attempts_more"):
        _attempts(found, form["attempts_more"].strip())
    if f"{BEGINS}excused" in form and bool(form.get("excused")) != bool(form[f"{BEGINS}excused"]):
        found.columns["excused"] = bool(form.get("excused"))
    if form.get("reset"):
        found.columns["attempts_since"] = now
    if changed(form, "points") or changed(form, "points_why"):
        _points(found, form.get("points", "").strip(), plain(form.get("points_why", "")), standing)
    return found


def changed(form: Mapping[str, str], name: str) -> bool:
    """Whether a field is there and not as it was."""
    return name in form and form[name].strip() != form.get(BEGINS + name, "\0").strip()


def plain(text: str) -> str:
    r"""What somebody wrote in a form, as it is kept: lines end in \n, and no database has to refuse it."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _deadline(found: Wish, text: str, standing: Standing, zone: ZoneInfo) -> None:
    """An extension takes back nothing: it ends after the deadline of all."""
    if not text:
        found.columns["deadline"] = None
        return
    common = standing.assignment.deadline
    try:
        when = local_times.typed(text, zone)
    except local_times.NoSuchTime as wrong:
        found.mistakes["deadline"] = wrong.text
        return
    if common is None:
        found.mistakes["deadline"] = Text(
            "This exercise has no deadline to extend.", "这道题没有截止时间，不需要延期。"
        )
    elif when <= common:
        found.mistakes["deadline"] = Text(
            "An extension has to end after the deadline of the class.", "延期的时间必须晚于全班的截止时间。"
        )
    else:
        found.columns["deadline"] = when


def _attempts(found: Wish, text: str) -> None:
    if text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS and int(text) <= MOST_MORE:
        found.columns["attempts_more"] = int(text)
    else:
        found.mistakes["attempts_more"] = Text(
            f"A whole number from 0 to {MOST_MORE}.", f"请填写 0 到 {MOST_MORE} 的整数。"
        )


def _points(found: Wish, text: str, why: str, standing: Standing) -> None:
    """Without points, what was graded counts again, and a reason says nothing any more."""
    if not text:
        found.columns |= {"points": None, "points_why": ""}
        return
    points, most = _number(text), standing.out_of
    if points is None or not 0 <= points <= most:
        found.mistakes["points"] = Text(
            f"Points from 0 to {amount(most)}, such as {amount(most / 2)}.",
            f"请填写 0 到 {amount(most)} 之间的分数，例如 {amount(most / 2)}。",
        )
    if not why:
        found.mistakes["points_why"] = Text("Say why: the student reads it.", "请写明原因，学生会看到。")
    elif len(why) > LONGEST:
        found.mistakes["points_why"] = too_long(why, LONGEST)
    if not found.mistakes.keys() & {"points", "points_why"}:
        found.columns |= {"points": points, "points_why": why}


def too_long(text: str, most: int) -> Text:
    """A mistake for a text that is."""
    return Text(f"At most {most} characters; these are {len(text)}.", f"最多 {most} 个字符，现在有 {len(text)} 个。")


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ".")) if len(text) <= MAX_DIGITS else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
