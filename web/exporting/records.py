"""The rows of a course as records, some at a time: memory does not grow with the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from web.catalogue import Catalogue
from web.database.models import Audit, Course, Grade, Membership, Submission, User
from web.exporting import kinds
from web.exporting.kinds import Kind
from web.exporting.places import Places, about, in_parts
from web.gradebook import book

Record = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """What is read from."""

    session: Session
    course: Course
    places: Places
    catalogue: Catalogue


def settings(source: Source) -> Record:
    """The course itself, what is set in it, and the columns that people fill in."""
    columns = book.columns(source.session, source.course.id)
    return {
        "course": _record(source, kinds.COURSE, vars(source.course)),
        "assignments": [_record(source, kinds.ASSIGNMENT, vars(one)) for one in source.course.assignments],
        "columns": [_record(source, kinds.COLUMN, vars(one)) for one in columns],
    }


def people(source: Source) -> list[Record]:
    """Members with their roles; whoever is only named, without one."""
    in_course = (Membership.user_id == User.id) & (Membership.course_id == source.course.id)
    columns = (User.email, User.name, User.language, Membership.role, Membership.group)
    found = (
        select(*columns, Membership.created_at.label("since"))
        .outerjoin(Membership, in_course)
        .where(User.id.in_(list(source.places.names["person"])))
        .order_by(User.email)
    )
    return [{name: _plain(value) for name, value in row.items()} for row in source.session.execute(found).mappings()]


def records(source: Source, kind: Kind) -> Iterator[Record]:
    """All of a kind, in the order of what they belong to."""
    if kind is kinds.AUDIT:
        yield from _audit_of_course(source)
    column, named = kind.by
    key = getattr(kind.model, column)
    for part in in_parts(source.places.names[named]):
        position = {one: place for place, one in enumerate(part)}
        rows = _rows(source, kind, key.in_(part))
        found = [(position[row[column]], _record(source, kind, row)) for row in rows]
        yield from (one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].get("user") or "")))


def _audit_of_course(source: Source) -> Iterator[Record]:
    """What was done to the course itself, or to somebody in it; the others belong to a submission."""
    here = about(source.course, source.places.names["regrade"]) & Audit.submission_id.is_(None)
    for row in _rows(source, kinds.AUDIT, here):
        yield _record(source, kinds.AUDIT, row)


def _rows(source: Source, kind: Kind, where: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    """By their keys, as they were made. A submission's and a grade's carry what other records call them by."""
    wanted = {*kind.fields, kind.by[0]} | ({"id"} if kind is kinds.GRADE else set())
    found = select(*(getattr(kind.model, name).label(name) for name in sorted(wanted))).where(where)
    if kind is kinds.GRADE:
        found = found.join(Submission).add_columns((Submission.grade_id == Grade.id).label("shown"))
    return [dict(row) for row in source.session.execute(found.order_by(*kind.model.__table__.primary_key)).mappings()]


def _record(source: Source, kind: Kind, row: Mapping[str, Any]) -> Record:
    made: Record = {}
    for name, called in kind.fields.items():
        value = row[name]
        made[called] = source.places.name(kind.points[name], value) if name in kind.points else _plain(value)
    if kind is kinds.GRADE:
        made["shown"] = bool(row["shown"])
    if kind is kinds.AUDIT:
        made["subject"] = source.places.subject(made["subject"])
    return made


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
