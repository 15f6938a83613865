"""What holds for one student and one exercise: the course's rules, then the exercise's, then what was arranged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from grader.messages import Text
from grader.plain import from_plain
from grader.words import amount
from web.database.base import Hidden
from web.database.models import Arrangement, Assignment

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Credit:
    """What time does to points, in percent of them.

    early: added to work that comes so many hours before the deadline; late: taken away for each day begun after it,
    on so many days. Nothing is taken in after these.
    """

    early_percent: float = 0.0
    early_hours: int = 0
    late_percent: float = 0.0
    late_days: int = 0


@dataclass(frozen=True)
class Terms:
    """The rules as they come out. attempts: None for any number; points: what staff put in place of what was graded.

    early_until: the last moment of early work, by the deadline of the class: an extension gives time, and no bonus.
    """

    opens_at: datetime | None = None
    deadline: datetime | None = None
    extended: bool = False
    early_until: datetime | None = None
    credit: Credit = Credit()
    attempts: int | None = None
    every: timedelta | None = None
    since: datetime | None = None
    shows_hidden: Hidden = "deadline"
    hidden_until: datetime | None = None
    draft: bool = False
    excused: bool = False
    points: float | None = None
    points_why: str = ""

    @property
    def closes_at(self) -> datetime | None:
        """When the last late work is taken in."""
        return self.deadline and self.deadline + self.credit.late_days * DAY

    def opened(self, moment: datetime) -> bool:
        return not self.draft and (self.opens_at is None or moment >= self.opens_at)

    def closed(self, moment: datetime) -> bool:
        return self.closes_at is not None and moment > self.closes_at

    @property
    def shown_from(self) -> datetime | None:
        """From when on students see hidden checks; None: never, or always."""
        return {"deadline": self.closes_at, "date": self.hidden_until}.get(self.shows_hidden)

    def shows(self, moment: datetime) -> bool:
        """Whether students see hidden checks."""
        return self.shows_hidden == "always" or (self.shown_from is not None and moment > self.shown_from)


@dataclass(frozen=True)
class Left:
    """How many attempts there are (None: any number), and when the next one comes back (None: none does)."""

    attempts: int | None
    more_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One step from what was graded to what counts, and the points after it."""

    text: Text
    points: float


@dataclass(frozen=True)
class Worth:
    """What counts, and how it came about."""

    points: float
    steps: tuple[Step, ...]


def terms_of(assignment: Assignment, arrangement: Arrangement | None = None) -> Terms:
    """For a student with this arrangement; for the class without one."""
    deadline = due(assignment.deadline, arrangement.deadline if arrangement else None)
    credit = credit_of(assignment.credit) or credit_of(assignment.course.credit) or Credit()
    return Terms(
        opens_at=assignment.opens_at,
        deadline=deadline,
        extended=deadline != assignment.deadline,
        early_until=assignment.deadline and assignment.deadline - timedelta(hours=credit.early_hours),
        credit=credit,
        attempts=_attempts(assignment, arrangement),
        every=timedelta(hours=assignment.attempts_hours) if assignment.attempts_hours else None,
        since=_later(assignment.attempts_since, arrangement.attempts_since if arrangement else None),
        shows_hidden=assignment.shows_hidden or assignment.course.shows_hidden,
        hidden_until=assignment.hidden_until,
        draft=assignment.draft,
        excused=bool(arrangement and arrangement.excused),
        points=arrangement.points if arrangement else None,
        points_why=arrangement.points_why if arrangement else "",
    )


def due(deadline: datetime | None, extension: datetime | None) -> datetime | None:
    """An extension takes nothing back, also where the class has got more time than it, or all the time, since then."""
    return max(deadline, extension) if deadline and extension else deadline


def credit_of(plain: dict[str, Any] | None) -> Credit | None:
    """As a row keeps it."""
    return from_plain(Credit, plain, "credit") if plain else None


def left(terms: Terms, used: Iterable[datetime], moment: datetime) -> Left:
    """used: when each attempt was handed in; what we could not grade is not among them."""
    if terms.attempts is None:
        return Left(None)
    spent = sorted(when for when in used if _still_spent(terms, when, moment))
    number = max(terms.attempts - len(spent), 0)
    if number or not terms.every or not spent:
        return Left(number)
    return Left(0, spent[-terms.attempts] + terms.every if terms.attempts else None)


def worth(terms: Terms, points: float, out_of: float, handed_in: datetime) -> Worth:
    """What graded points count, step by step."""
    steps = [Step(Text(f"graded {amount(points)}/{amount(out_of)}", f"评分 {amount(points)}/{amount(out_of)}"), points)]
    percent = _percent(terms, handed_in)
    if percent and points:
        points = value(terms, points, handed_in)
        steps.append(Step(_percent_words(terms, percent, handed_in), points))
    return Worth(points, tuple(steps))


def value(terms: Terms, points: float, handed_in: datetime) -> float:
    """What `worth` comes to, without its steps: for tables of a whole class."""
    percent = _percent(terms, handed_in)
    return max(points * (1 + percent / 100), 0.0) if percent else points


def late_days(terms: Terms, handed_in: datetime) -> int:
    """How many days have begun since the deadline; 0 before it."""
    if terms.deadline is None or handed_in <= terms.deadline:
        return 0
    return ceil((handed_in - terms.deadline) / DAY)


def _percent(terms: Terms, handed_in: datetime) -> float:
    """What time adds (above 0) or takes away."""
    if terms.deadline is None:
        return 0.0
    days = late_days(terms, handed_in)
    if days:
        return -terms.credit.late_percent * days
    early = terms.early_until is not None and handed_in <= terms.early_until
    return terms.credit.early_percent if early else 0.0


def _percent_words(terms: Terms, percent: float, handed_in: datetime) -> Text:
    days = late_days(terms, handed_in)
    if not days:
        return Text(f"early: +{amount(percent)} %", f"提前提交：+{amount(percent)}%")
    noun = "day" if days == 1 else "days"
    return Text(f"{days} {noun} late: −{amount(-percent)} %", f"迟交 {days} 天：−{amount(-percent)}%")


def _attempts(assignment: Assignment, arrangement: Arrangement | None) -> int | None:
    if assignment.attempts is None:
        return None
    return assignment.attempts + (arrangement.attempts_more if arrangement else 0)


def _still_spent(terms: Terms, when: datetime, moment: datetime) -> bool:
    back = terms.every is not None and when + terms.every <= moment
    return not back and (terms.since is None or when > terms.since)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((when for when in (one, other) if when), default=None)
