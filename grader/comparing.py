"""How an answer differs from the expected one, said in one sentence: shape, dtype, finiteness, values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grader.arrays import Array, agreeing, as_array
from grader.calls import Value
from grader.messages import Text
from grader.patterns import wrong_shape, wrong_value


@dataclass(frozen=True)
class Difference:
    """The first thing that is not as expected; `text` says it, `part` names where."""

    text: Text
    part: str = ""
    index: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A named piece of an answer: the student's beside the expected one."""

    name: str
    got: Value
    expected: Array


def split(got: Value, expected: Value, names: tuple[str, ...] = (), at: str = "") -> list[Part] | Difference:
    """Pair the pieces of an answer with the expected ones; the expected structure decides.

    A tuple or list is taken apart into `names`, a dict by its keys, and so are those within them;
    everything else is one part. An array with a row for each piece counts as the pieces.
    """
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            return _wrong_kind(got, expected, at)
        return _parts((got[key], expected[key], _below(at, str(key))) for key in expected)
    if isinstance(expected, tuple | list):
        rows = isinstance(got, np.ndarray) and got.ndim > 0
        if not (rows or isinstance(got, tuple | list)) or len(got) != len(expected):
            return _wrong_kind(got, expected, at)  # before anything is taken apart: a view can claim a billion rows
        labels = names if len(names) == len(expected) else tuple(f"{at}[{i}]" for i in range(len(expected)))
        return _parts(zip(got, expected, labels, strict=True))
    return [Part(names[0] if len(names) == 1 else at, got, as_array(expected))]


def _parts(pieces: Iterable[tuple[Value, Value, str]]) -> list[Part] | Difference:
    parts: list[Part] = []
    for got, expected, name in pieces:
        within = split(got, expected, at=name)
        if isinstance(within, Difference):
            return within
        parts += within
    return parts


def _below(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def compare(
    got: Value, expected: Value, tolerance: float, names: tuple[str, ...] = (), only: str | None = None
) -> Difference | None:
    """None where the answer agrees everywhere (with `only`: in this named part), else the first difference."""
    parts = split(got, expected, names)
    if isinstance(parts, Difference):
        return parts
    for part in parts:
        difference = None if only and not _within(part.name, only) else compare_part(part, tolerance)
        if difference:
            return difference
    return None


def _within(name: str, part: str) -> bool:
    """Whether a part is the named one or a piece of it."""
    return name == part or name.startswith((f"{part}.", f"{part}["))


def same(got: Value, expected: Value, tolerance: float, names: tuple[str, ...] = ()) -> bool:
    """Whether the answer agrees everywhere. As `compare`, without the words."""
    parts = split(got, expected, names)
    return not isinstance(parts, Difference) and all(part_agrees(part, tolerance) for part in parts)


def part_agrees(part: Part, tolerance: float) -> bool:
    """Whether a part has the expected shape, kind and values."""
    try:
        got = as_array(part.got)
    except ValueError:
        return False
    expected = part.expected
    if got.shape != expected.shape or _wrong_dtype(got, expected):
        return False
    return bool(agreeing(got, expected, tolerance).all())


def compare_part(part: Part, tolerance: float) -> Difference | None:
    """Shape before dtype before finiteness before values."""
    try:
        got = as_array(part.got)
    except ValueError:
        return _difference(part, *_not_numbers(part.got))
    expected = part.expected
    if got.shape != expected.shape:
        more_en, more_zh = wrong_shape(got, expected) or ("", "")
        return _difference(
            part,
            f"has {_shape_en(got)}, expected {_shape_en(expected)}" + (f": {more_en}" if more_en else ""),
            f"的形状是 {_shape_zh(got)}，应为 {_shape_zh(expected)}" + (f"：{more_zh}" if more_zh else ""),
        )
    if _wrong_dtype(got, expected):
        kind = "complex numbers" if got.dtype.kind == "c" else "True/False"
        return _difference(part, f"holds {kind}, expected real numbers", f"的类型是 {got.dtype}，应为实数")
    wrong = ~agreeing(got, expected, tolerance)
    if not wrong.any():
        return None
    broken = wrong & ~np.isfinite(got)
    index = tuple(int(i) for i in np.argwhere(broken if broken.any() else wrong)[0])
    return _difference(part, *wrong_value(got, expected, wrong, index), index=index)


def _wrong_dtype(got: Array, expected: Array) -> bool:
    return got.dtype.kind in "bc" and expected.dtype.kind not in "bc"


def _difference(part: Part, en: str, zh: str, index: tuple[int, ...] = ()) -> Difference:
    name_en = part.name or "the answer"
    name_zh = part.name or "答案"
    glue = "" if en.startswith("[") else " "
    return Difference(Text(f"{name_en}{glue}{en}", f"{name_zh}{glue if part.name else ''}{zh}"), part.name, index)


def _not_numbers(value: Value) -> tuple[str, str]:
    if value is None:
        return "is None: is a return missing?", "是 None：是不是漏了 return？"
    if isinstance(value, tuple | list):
        return f"is a {type(value).__name__} of {len(value)}, expected numbers of one shape", (
            f"是含 {len(value)} 项的 {type(value).__name__}，应为形状一致的数值"
        )
    return f"is of type {type(value).__name__}, expected numbers", f"的类型是 {type(value).__name__}，应为数值"


def _wrong_kind(got: Value, expected: Value, at: str) -> Difference:
    name_en, name_zh = at or "the answer", at or "答案"
    if got is None:
        missing_en, missing_zh = _not_numbers(None)
        return Difference(Text(f"{name_en} {missing_en}", f"{name_zh}{missing_zh}"), at)
    if isinstance(expected, dict):
        keys = ", ".join(map(str, expected))
        wanted_en, wanted_zh = f"a dict with the keys {keys}", f"含有键 {keys} 的 dict"
    else:
        wanted_en, wanted_zh = f"{len(expected)} values", f" {len(expected)} 个值"
    sized = isinstance(got, tuple | list | dict)
    kind_en = f"{type(got).__name__} of {len(got)}" if sized else type(got).__name__
    kind_zh = f"{type(got).__name__}（{len(got)} 项）" if sized else type(got).__name__
    words = Text(f"{name_en} is a {kind_en}, expected {wanted_en}", f"{name_zh}是 {kind_zh}，应为{wanted_zh}")
    return Difference(words, at)


def _shape_en(array: Array) -> str:
    return f"shape {_shape(array)}" if array.shape else "no shape (a single number)"


def _shape_zh(array: Array) -> str:
    return _shape(array) if array.shape else "单个数"


def _shape(array: Array) -> str:
    return "(" + ", ".join(map(str, array.shape)) + ("," if array.ndim == 1 else "") + ")"
