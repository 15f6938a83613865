"""Writing many rows of one kind, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from web.exporting.kinds import Kind

AT_ONCE = 200  # in one statement

T = TypeVar("T")
Row = dict[str, Any]


def insert_all(session: Session, kind: Kind, rows: Iterable[Row]) -> None:
    """Rows as they are stored, past the mapper: it would send them one by one."""
    for part in parts(rows):
        for alike in _alike(part):
            session.connection().execute(insert(cast("Table", kind.model.__table__)), alike)


def numbered(session: Session, kind: Kind, key: Any, rows: Iterable[Row]) -> list[int]:
    """Write few of them, and give their keys in the order of the rows."""
    wanted = insert(kind.model).returning(key, sort_by_parameter_order=True)
    return [one for part in parts(rows) for one in session.scalars(wanted, part)]


def parts(rows: Iterable[T]) -> Iterator[list[T]]:
    """Some at a time, without having them all."""
    part = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _alike(rows: list[Row]) -> list[list[Row]]:
    """Those together that have the same columns."""
    found: dict[frozenset[str], list[Row]] = {}
    for row in rows:
        found.setdefault(frozenset(row), []).append(row)
    return list(found.values())
