"""Frozen dataclasses as plain JSON-able data and back, by their type hints. What does not fit is refused by name."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

Plain = Any  # None, bool, int, float, str, and lists and dicts of these: what JSON can say

NOT_FINITE = ("nan", "inf", "-inf")  # JSON has no numbers for these: where a float belongs, these words may stand
WORDS = {str: "text", bool: "true or false", int: "a whole number"}


def to_plain(kind: Any, value: Any) -> Plain:
    """A value of type `kind` as plain data. Among several dataclasses the key `kind` says which one it is."""
    if get_origin(kind) in {Union, UnionType}:
        if value is None or len(_members(kind)) == 1:
            return None if value is None else to_plain(_members(kind)[0], value)
        return {"kind": type(value).__name__, **to_plain(type(value), value)}
    if isinstance(kind, type) and is_dataclass(kind):
        return {name: to_plain(hint, getattr(value, name)) for name, hint in _hints(kind).items()}
    if get_origin(kind) is tuple:
        return [to_plain(item, part) for item, part in zip(_items(kind, len(value)), value, strict=True)]
    if kind is float:
        return float(value) if math.isfinite(value) else str(float(value))
    return value


def from_plain(kind: Any, data: Plain, where: str = "") -> Any:
    """The value of type `kind` that `to_plain` wrote. Raises ValueError, which names the field, on anything else."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _chosen(kind, data, where)
    if is_dataclass(kind):
        return _built(kind, data, where)
    if origin is tuple:
        return _listed(kind, data, where)
    if origin is Literal:
        return data if isinstance(data, str) and data in get_args(kind) else _refuse(data, where, _one_of(kind))
    if kind is float:
        return _number(data, where)
    return data if type(data) is kind else _refuse(data, where, WORDS[kind])


def _chosen(kind: Any, data: Plain, where: str) -> Any:
    if data is None and NoneType in get_args(kind):
        return None
    members = _members(kind)
    if len(members) == 1:
        return from_plain(members[0], data, where)
    named = data.get("kind") if isinstance(data, dict) else None
    for member in members:
        if named == member.__name__:
            return from_plain(member, {name: part for name, part in data.items() if name != "kind"}, where)
    return _refuse(named, _below(where, "kind"), _one_of(kind))


def _built(kind: Any, data: Plain, where: str) -> Any:
    if not isinstance(data, dict):
        _refuse(data, where, f"an object, {kind.__name__}")
    hints, required = _hints(kind), _required(kind)
    for name in [*required, *data]:
        if name not in data or name not in hints:
            message = f"{_below(where, name)} is {'missing' if name in hints else 'not known'}"
            raise ValueError(message)
    return kind(**{name: from_plain(hints[name], value, _below(where, name)) for name, value in data.items()})


@cache
def _required(kind: Any) -> tuple[str, ...]:
    """Fields without a default. One that came later has one, so that what an older version wrote can still be read."""
    return tuple(one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING)


def _listed(kind: Any, data: Plain, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        _refuse(data, where, "a list")
    items = _items(kind, len(data))
    if len(items) != len(data):
        _refuse(data, where, f"a list of {len(items)}")
    return tuple(
        from_plain(item, part, f"{where}[{n}]") for n, (item, part) in enumerate(zip(items, data, strict=True))
    )


def _number(data: Plain, where: str) -> float:
    if type(data) not in {int, float} and not (isinstance(data, str) and data in NOT_FINITE):
        _refuse(data, where, "a number")
    try:
        return float(data)
    except OverflowError:
        _refuse(data, where, "a number within the range of floats")


def _refuse(data: Plain, where: str, wanted: str) -> NoReturn:
    """What is refused is quoted by its type only: it may be long, or private."""
    message = f"{where or 'the message'} must be {wanted}, not {type(data).__name__}"
    raise ValueError(message)


def _one_of(kind: Any) -> str:
    return "one of " + ", ".join(getattr(choice, "__name__", choice) for choice in get_args(kind))


def _below(where: str, name: str) -> str:
    """The name of a field for people; a name that is not ours may be of any length."""
    return f"{where}.{name[:60]}" if where else name[:60]


def _members(kind: Any) -> list[Any]:
    return [member for member in get_args(kind) if member is not NoneType]


def _items(kind: Any, length: int) -> tuple[Any, ...]:
    """The type of each item of a tuple: one for all in `tuple[X, ...]`, else each its own."""
    items = get_args(kind)
    return (items[0],) * length if items[-1] is Ellipsis else items


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
