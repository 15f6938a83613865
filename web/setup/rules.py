"""What a course and an exercise in it are set to: read from forms, with everything that is wrong said at its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from web.courses import mistake_in_title, mistake_in_zone
from web.database.base import Counts, Hidden
from web.database.models import Assignment
from web.setup.typed import Typed
from web.terms import Credit

COUNTS: tuple[Counts, ...] = get_args(Counts)
HIDDEN: tuple[Hidden, ...] = get_args(Hidden)
MOST_HOURS, MOST_DAYS, MOST_ATTEMPTS = 24 * 60, 60, 1000


@dataclass(frozen=True)
class CourseRules:
    """What holds in a course where an exercise says nothing of its own."""

    title_en: str
    title_zh: str
    counts: Counts
    timezone: str
    credit: Credit
    shows_hidden: Hidden


@dataclass(frozen=True)
class ExerciseTerms:
    """What an exercise says of its own. credit and shows_hidden: None where the course's rules hold."""

    draft: bool
    opens_at: datetime | None
    deadline: datetime | None
    credit: Credit | None
    attempts: int | None
    attempts_hours: int | None
    shows_hidden: Hidden | None
    hidden_until: datetime | None


def course_rules(form: Typed) -> CourseRules:
    """What a course's form says; where it has mistakes they are in the form."""
    for name in ("title_en", "title_zh"):
        _noted(form, name, mistake_in_title(form[name]))
    _noted(form, "timezone", mistake_in_zone(form["timezone"]))
    return CourseRules(
        form["title_en"],
        form["title_zh"],
        form.one_of("counts", COUNTS),
        form["timezone"],
        credit(form),
        form.one_of("shows_hidden", HIDDEN),
    )


def exercise_terms(form: Typed, now: Assignment) -> ExerciseTerms:
    """What an exercise's form says; now: as it is set until then."""
    opens_at, deadline = dates(form, now, "")
    shows_hidden = None if form["shows_hidden"] == "course" else form.one_of("shows_hidden", HIDDEN)
    hidden_until = form.moment("hidden_until", now.hidden_until)
    if shows_hidden == "date" and not hidden_until:
        form.refuse("hidden_until", "Write from when on they are shown.", "请填写从何时起公开。")
    limited = form.one_of("limit", ("any", "limited")) == "limited"
    return ExerciseTerms(
        draft=form.one_of("state", ("published", "draft")) == "draft",
        opens_at=opens_at,
        deadline=deadline,
        credit=credit(form) if form.one_of("rules", ("course", "own")) == "own" else None,
        attempts=form.whole("attempts", 1, MOST_ATTEMPTS) if limited else None,
        attempts_hours=_hours(form) if limited else None,
        shows_hidden=shows_hidden,
        hidden_until=hidden_until,
    )


def dates(form: Typed, now: Assignment, which: str) -> tuple[datetime | None, datetime | None]:
    """When an exercise opens and when it is due. which: what follows the fields' names, where there are several."""
    opens_at = form.moment(f"opens_at{which}", now.opens_at)
    deadline = form.moment(f"deadline{which}", now.deadline, later=True)
    if opens_at and deadline and opens_at >= deadline:
        form.refuse(f"deadline{which}", "The deadline comes before it opens.", "截止时间早于开放时间。")
    return opens_at, deadline


def credit(form: Typed) -> Credit:
    """What time does to points."""
    early, hours = form.percent("early_percent"), form.whole("early_hours", 0, MOST_HOURS)
    late, days = form.percent("late_percent"), form.whole("late_days", 0, MOST_DAYS)
    if hours and not early:
        form.refuse("early_percent", "Write how much is added, or no hours.", "请填写加多少，或将小时数留空。")
    if late and not days:
        form.refuse("late_days", "Write for how many days late work is taken in.", "请填写接受迟交的天数。")
    return Credit(early, hours, late, days)


def possible(credit: Credit) -> bool:
    """Whether a form could say so: so many days and hours that no calendar has them would break every page."""
    percents = (credit.early_percent, credit.late_percent)
    in_time = 0 <= credit.early_hours <= MOST_HOURS and 0 <= credit.late_days <= MOST_DAYS
    return in_time and all(0 <= percent <= 100 for percent in percents)


def _hours(form: Typed) -> int | None:
    return form.whole("attempts_hours", 0, MOST_HOURS) or None


def _noted(form: Typed, name: str, mistake: object) -> None:
    if mistake:
        form.mistakes[name] = mistake  # type: ignore[assignment]
