"""What a course consists of, as records of an archive: which columns of which tables, and what they point to.

A record names people by e-mail, exercises and columns by name, and submissions by both and a number, so that it means
the same in another database. Columns that come later are exported by themselves, unless they are dropped here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

from sqlalchemy import JSON, inspect
from sqlalchemy import Column as Definition

from grader.calls import File, Note
from grader.messages import Fault, Report
from web.database.base import Base, Counts, Hidden, Moment, RegradeState, Role, State
from web.database.models import (
    Arrangement,
    Assignment,
    Audit,
    Column,
    Comment,
    Course,
    Grade,
    Mark,
    Regrade,
    ScoreChange,
    Shadow,
    Submission,
)
from web.learners.wishes import MOST_MORE
from web.setup.rules import MOST_ATTEMPTS, MOST_HOURS
from web.terms import Credit
from web.totals.weighing import Category

OPERATION = ("ticket", "attempt", "sent_at", "began_at", "checks_done", "checks_of", "lane", "idempotency_key")


@dataclass(frozen=True)
class Kind:
    """One kind of record. by: the column, and the kind of what it names, by which rows belong to a course.

    points: column → kind of what it names; shapes: of JSON; words: those that may stand there; limits: the least and
    the largest number, where a form takes no other.
    """

    name: str
    model: type[Base]
    by: tuple[str, str] = ("", "")
    points: Mapping[str, str] = field(default_factory=dict)
    drops: tuple[str, ...] = ("id",)
    shapes: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @cached_property
    def fields(self) -> dict[str, str]:
        """Attribute of the model → name in a record."""
        found = (one.key for one in inspect(self.model).column_attrs)
        return {name: name.removesuffix("_id") if name in self.points else name for name in found if self.keeps(name)}

    @cached_property
    def columns(self) -> dict[str, Definition[Any]]:
        """By attribute of the model."""
        return {one.key: one.columns[0] for one in inspect(self.model).column_attrs}  # type: ignore[misc]

    @cached_property
    def converted(self) -> tuple[str, ...]:
        """Attributes whose values stand otherwise in a record: what points elsewhere, and times."""
        return tuple(name for name in self.fields if name in self.points or isinstance(self.columns[name].type, Moment))

    def stored(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """By column of the table; without JSON that says nothing, which would be stored as the word null."""
        named = ((self.columns[name], value) for name, value in row.items())
        return {one.name: value for one, value in named if value is not None or not isinstance(one.type, JSON)}

    def keeps(self, name: str) -> bool:
        return name not in (*self.drops, "course_id", "request_id")

    def allowed(self, name: str) -> tuple[str, ...]:
        return get_args(self.words[name])


COURSE = Kind(
    "course",
    Course,
    drops=("id", "draft"),  # who brings one says when students see it
    shapes={"credit": Credit, "weights": tuple[Category, ...]},
    words={"counts": Counts, "shows_hidden": Hidden},
)
ASSIGNMENT = Kind(
    "assignments",
    Assignment,
    shapes={"credit": Credit},
    words={"shows_hidden": Hidden},
    limits={"attempts": (1, MOST_ATTEMPTS), "attempts_hours": (1, MOST_HOURS)},
)
COLUMN = Kind("columns", Column)
SUBMISSION = Kind(
    "submissions",
    Submission,
    ("id", "submission"),
    {"assignment_id": "assignment", "user_id": "person"},
    drops=("id", "grade_id", *OPERATION),
    shapes={"files": tuple[File, ...], "notes": tuple[Note, ...], "fault": Fault},
    words={"state": State},
)
GRADE = Kind(
    "grades",
    Grade,
    ("submission_id", "submission"),
    {"submission_id": "submission"},
    drops=("id", "ticket"),
    shapes={"report": Report, "codes": tuple[str, ...], "verdicts": tuple[tuple[str, bool | None], ...]},
)
ARRANGEMENT = Kind(
    "arrangements",
    Arrangement,
    ("assignment_id", "assignment"),
    {"assignment_id": "assignment", "user_id": "person"},
    limits={"attempts_more": (0, MOST_MORE)},
)
MARK = Kind("marks", Mark, ("column_id", "column"), {"column_id": "column", "user_id": "person"})
COMMENT = Kind(
    "comments", Comment, ("submission_id", "submission"), {"submission_id": "submission", "author_id": "person"}
)
CHANGE = Kind(
    "changes",
    ScoreChange,
    ("assignment_id", "assignment"),
    {"user_id": "person", "assignment_id": "assignment", "submission_id": "submission"},
)
REGRADE = Kind(
    "regrades",
    Regrade,
    ("id", "regrade"),
    {"assignment_id": "assignment", "created_by": "person"},
    words={"state": RegradeState},
)
SHADOW = Kind(
    "shadows",
    Shadow,
    ("regrade_id", "regrade"),
    {"regrade_id": "regrade", "submission_id": "submission", "before_id": "grade", "grade_id": "grade"},
    drops=("id", *OPERATION),
    shapes={"fault": Fault},
    words={"state": State},
)
AUDIT = Kind("audit", Audit, ("submission_id", "submission"), {"actor_id": "person", "submission_id": "submission"})

LISTED = (SUBMISSION, GRADE, ARRANGEMENT, MARK, COMMENT, CHANGE, REGRADE, SHADOW, AUDIT)  # each in a file of its own
ROLES: tuple[str, ...] = get_args(Role)
