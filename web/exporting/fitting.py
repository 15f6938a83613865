"""A record of an archive as the values of a row: each of the type, length and shape that its column has, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, Integer, String
from sqlalchemy import Column as Definition

from grader.plain import from_plain
from web.database.base import Moment
from web.exporting.kinds import Kind
from web.exporting.opening import damaged
from web.setup.rules import possible
from web.setup.weights import possible as possible_weights
from web.terms import Credit

Record = Mapping[str, Any]
Find = Callable[[str, str], Any]  # kind and name → id

LIMITS = (0, 1_000_000)  # of whole numbers
LARGEST_POINTS = 1_000_000.0
FIRST_YEAR, LAST_YEAR = 1970, 2200  # beyond, some time zone has no clock for it, or a late day no date
EXTRA = frozenset(["shown"])  # of a grade: kept in its submission


def fitted(kind: Kind, record: Record, find: Find, where: str) -> dict[str, Any]:
    """The row's values by attribute; what the record does not have comes from the table. Raises Refused."""
    unknown = record.keys() - {*kind.fields.values()} - EXTRA
    if unknown:
        raise damaged(where)
    values = {}
    for name, called in kind.fields.items():
        if called not in record:
            continue
        value = record[called]
        if value is None and not kind.columns[name].nullable:
            raise damaged(where)
        values[name] = None if value is None else _value(kind, name, kind.columns[name], value, find, where)
    return values


def again(kind: Kind, record: Record, find: Find) -> dict[str, Any]:
    """The same for a record that was looked at before: while the database is locked, there is no time for it."""
    values = {name: record[called] for name, called in kind.fields.items() if called in record}
    for name in kind.converted:
        if values.get(name) is not None:
            named = name in kind.points
            values[name] = find(kind.points[name], values[name]) if named else datetime.fromisoformat(values[name])
    return values


def _value(kind: Kind, name: str, column: Definition[Any], value: Any, find: Find, where: str) -> Any:
    if name in kind.points:
        found = find(kind.points[name], value) if isinstance(value, str) else None
        return found if found is not None else _refuse(where)
    if name in kind.words:
        return value if value in kind.allowed(name) else _refuse(where)
    if isinstance(column.type, JSON):
        return _shaped(kind, name, value, where)
    return _typed(column.type, value, kind.limits.get(name, LIMITS), where)


def _shaped(kind: Kind, name: str, value: Any, where: str) -> Any:
    """As the pages will read it: else they would break on it later."""
    try:
        shaped = from_plain(kind.shapes[name], value, name) if name in kind.shapes else None
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged(where) from error
    return value if _means_something(name, shaped) else _refuse(where)


def _means_something(name: str, shaped: Any) -> bool:
    """Whether a form could say so: else pages would break on it, or say nonsense."""
    if isinstance(shaped, Credit):
        return possible(shaped)
    return name != "weights" or shaped is None or possible_weights(shaped)


def _typed(column: Any, value: Any, limits: tuple[int, int], where: str) -> Any:
    if isinstance(column, Moment):
        return moment(value, where)
    if isinstance(column, Boolean):
        return value if type(value) is bool else _refuse(where)
    if isinstance(column, Integer):
        return value if type(value) is int and limits[0] <= value <= limits[1] else _refuse(where)
    if isinstance(column, Float):
        return float(value) if type(value) in {int, float} and 0 <= value <= LARGEST_POINTS else _refuse(where)
    if isinstance(column, String):
        return text(value, column.length, where)
    return _refuse(where)


def text(value: Any, length: int | None, where: str) -> str:
    """What every database takes: no NUL, no half of a character, and not too long."""
    if not isinstance(value, str) or "\0" in value or not _whole(value) or (length and len(value) > length):
        raise damaged(where)
    return value


def _whole(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def moment(value: Any, where: str) -> datetime:
    """A time as we write it, in UTC."""
    try:
        found = datetime.fromisoformat(value)
        known = found.tzinfo and FIRST_YEAR <= found.year < LAST_YEAR
        return found.astimezone(UTC) if known else _refuse(where)
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged(where) from error


def _refuse(where: str) -> Any:
    raise damaged(where)
