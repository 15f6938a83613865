"""Columns that people fill in: an oral exam, a bonus. Made, renamed, removed; every change is kept in the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grader.messages import Text
from grader.words import amount
from web.accounts.journal import note
from web.database.models import Assignment, Column, Course, Mark
from web.gradebook.exports import OUT_OF, PEOPLE, SUMS

LONGEST = 60  # characters of a name
MOST = 40  # columns
LARGEST = 10_000  # points
TAKEN = frozenset([*PEOPLE, *SUMS, OUT_OF, "e-mail", "mail", "student"])


@dataclass(frozen=True)
class Wish:
    """A column as somebody wants it."""

    name: str
    out_of: float


def wish_of(form: Mapping[str, str], taken: frozenset[str]) -> tuple[Wish | None, dict[str, Text]]:
    """What the form asks for, or what has to be mended. taken: names in small letters that others have."""
    name = " ".join(normalize("NFC", form.get("name", "")).split())
    out_of = points_of(form.get("out_of", ""))
    mistakes = dict(_mistakes(name, out_of, taken))
    return (None, mistakes) if mistakes or out_of is None else (Wish(name, out_of), {})


def _mistakes(name: str, out_of: float | None, taken: frozenset[str]) -> Iterator[tuple[str, Text]]:
    if not 0 < len(name) <= LONGEST or not name.isprintable() or name.startswith("'"):
        yield "name", Text(f"Give it a name, in at most {LONGEST} letters.", f"请填写名称，最多 {LONGEST} 个字。")
    elif name.casefold() in taken | TAKEN:
        yield "name", Text("Another column has this name.", "已有同名的列。")
    if out_of is None or out_of > LARGEST:
        yield "out_of", Text(f"A number from 0 to {LARGEST}.", f"请填写 0 到 {LARGEST} 之间的数。")


def points_of(text: str) -> float | None:
    """Points as people write them: `7.5`, `7,5`, `７`. None for what is no number, or below 0."""
    digits = normalize("NFKC", text).strip().replace(",", ".")
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 12:
        return None
    return float(digits)


def taken(session: Session, course_id: int, but: int | None = None) -> frozenset[str]:
    """Names that a new column cannot have; `but`: the column that may keep its own."""
    others = select(Column.name).where(Column.course_id == course_id, Column.id != (but or 0))
    exercises = select(Assignment.exercise).where(Assignment.course_id == course_id)
    return frozenset(name.casefold() for found in (others, exercises) for name in session.scalars(found))


def make(session: Session, course: Course, wish: Wish, actor: int, moment: datetime) -> None:
    """A new column, after the others."""
    last = session.scalar(select(func.max(Column.position)).where(Column.course_id == course.id))
    made = Column(course_id=course.id, name=wish.name, out_of=wish.out_of, position=-1 if last is None else last)
    made.position += 1
    session.add(made)
    session.flush()
    note(session, moment, "column made", actor, about(made), new=_words(wish.name, wish.out_of))


def change(session: Session, column: Column, wish: Wish, actor: int, moment: datetime) -> None:
    """Another name, or other points."""
    old = _words(column.name, column.out_of)
    if (new := _words(wish.name, wish.out_of)) != old:
        column.name, column.out_of = wish.name, wish.out_of
        note(session, moment, "column changed", actor, about(column), old=old, new=new)


def remove(session: Session, column: Column, actor: int, moment: datetime) -> None:
    """With its marks, which the audit keeps."""
    marks = session.execute(select(Mark.user_id, Mark.points).where(Mark.column_id == column.id).order_by(Mark.user_id))
    kept = ", ".join(f"user {user_id}: {amount(points)}" for user_id, points in marks)
    note(session, moment, "column removed", actor, about(column), old=f"{_words(column.name, column.out_of)}; {kept}")
    session.execute(delete(Mark).where(Mark.column_id == column.id))
    session.delete(column)


def filled(session: Session, course_id: int) -> dict[int, int]:
    """How many marks each column has, by its id."""
    found = select(Mark.column_id, func.count()).join(Column).where(Column.course_id == course_id)
    return {row[0]: row[1] for row in session.execute(found.group_by(Mark.column_id))}


def about(column: Column) -> str:
    """How a line of the audit names a column."""
    return f"column {column.id} in course {column.course_id}"


def _words(name: str, out_of: float) -> str:
    return f"{name} / {amount(out_of)}"
