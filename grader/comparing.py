"""How an answer differs from the expected one, said in one sentence: shape, dtype, finiteness, values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from grader.calls import Value
from grader.messages import Text

Array = np.ndarray[Any, Any]
FLOAT32 = 1e-4  # relative tolerance for answers in float32
TINY = 1e-12  # absolute: an expected value of 0 is met by rounding noise


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


def split(got: Value, expected: Value, names: tuple[str, ...]) -> list[Part] | Difference:
    """Pair the pieces of an answer with the expected ones; the expected structure decides.

    A tuple or list is taken apart into `names`, a dict by its keys; everything else is one part.
    """
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            return _wrong_kind(got, expected)
        return [Part(str(key), got[key], as_array(expected[key])) for key in expected]
    if isinstance(expected, tuple | list):
        if not isinstance(got, tuple | list) or len(got) != len(expected):
            return _wrong_kind(got, expected)
        labels = names if len(names) == len(expected) else tuple(f"[{i}]" for i in range(len(expected)))
        return [Part(n, g, as_array(e)) for n, g, e in zip(labels, got, expected, strict=True)]
    return [Part(names[0] if len(names) == 1 else "", got, as_array(expected))]


def as_array(value: Value) -> Array:
    """Numbers, tensors and nested lists as an array. Raises ValueError where that cannot be."""
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if array.dtype.kind not in "biufc":
        message = f"not numbers: {type(value).__name__}"
        raise ValueError(message)
    return array


def compare(got: Value, expected: Value, tolerance: float, names: tuple[str, ...] = ()) -> Difference | None:
    """None where the answer agrees everywhere, else the first difference."""
    parts = split(got, expected, names)
    if isinstance(parts, Difference):
        return parts
    for part in parts:
        difference = compare_part(part, tolerance)
        if difference:
            return difference
    return None


def compare_part(part: Part, tolerance: float) -> Difference | None:
    """Shape before dtype before finiteness before values."""
    try:
        got = as_array(part.got)
    except ValueError:
        return _difference(part, *_not_numbers(part.got))
    expected = part.expected
    if got.shape != expected.shape:
        return _difference(
            part,
            f"has {_shape_en(got)}, expected {_shape_en(expected)}",
            f"的形状是 {_shape_zh(got)}，应为 {_shape_zh(expected)}",
        )
    if got.dtype.kind in "bc" and expected.dtype.kind not in "bc":
        kind = "complex numbers" if got.dtype.kind == "c" else "True/False"
        return _difference(part, f"holds {kind}, expected real numbers", f"的类型是 {got.dtype}，应为实数")
    wrong = ~agreeing(got, expected, tolerance)
    if not wrong.any():
        return None
    broken = wrong & ~np.isfinite(got)
    index = tuple(int(i) for i in np.argwhere(broken if broken.any() else wrong)[0])
    return _difference(part, *_values(got, expected, wrong, index), index=index)


def agreeing(got: Array, expected: Array, tolerance: float) -> Array:
    """Entry by entry: does `got` agree, relative to the size of the entry and of the largest one?

    The slack from the largest entry is for rounding: entries that cancel cannot be exact to their own size.
    float32 answers are measured by what float32 can do.
    """
    limit = max(tolerance, FLOAT32) if is_float32(got) else tolerance
    with np.errstate(all="ignore"):
        finite = np.abs(expected[np.isfinite(expected)])
        largest = float(finite.max()) if finite.size else 0.0
        slack = limit * np.abs(expected) + min(limit, 1e-9) * largest + min(TINY, limit)
        close = np.abs(got - expected) <= slack
    same_infinity = ~np.isfinite(expected) & ((got == expected) | (np.isnan(got) & np.isnan(expected)))
    result: Array = np.where(np.isfinite(expected), close, same_infinity)
    return result


def is_float32(array: Array) -> bool:
    """Whether the values carry float32 precision only, even where they are stored as float64."""
    if array.dtype in (np.float16, np.float32):
        return True
    if array.dtype.kind != "f" or not array.size:
        return False
    with np.errstate(all="ignore"):
        short = array.astype(np.float32)
    shortened = bool((short == array).all())
    return shortened and bool((np.abs(array * 64) % 1 > 0).any())


def number(value: float | complex) -> str:
    """A number with the digits that matter: six, and none that are only zeros."""
    if isinstance(value, complex):
        return f"{value:.6g}"
    return f"{float(value):.6g}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def _values(got: Array, expected: Array, wrong: Array, index: tuple[int, ...]) -> tuple[str, str]:
    here, there = got[index], expected[index]
    at = f"[{', '.join(map(str, index))}]" if index else ""
    plain_en = f"{at} is {number(here)}, expected {number(there)}".strip()
    plain_zh = f"{at} 是 {number(here)}，应为 {number(there)}".strip()
    if not np.isfinite(here):
        return plain_en, plain_zh
    for pattern_en, pattern_zh in _patterns(got, expected, wrong):
        return f"{plain_en}: {pattern_en}", f"{plain_zh}：{pattern_zh}"
    return plain_en, plain_zh


def _patterns(got: Array, expected: Array, wrong: Array) -> Iterator[tuple[str, str]]:
    """What the wrong values have to do with the right ones, most telling first."""
    ratio = _constant_ratio(got, expected)
    many = got.size > 1
    if ratio is not None:
        if ratio == -1:
            yield ("the sign is flipped" + (" everywhere" if many else ""), "符号相反" + ("（处处如此）" if many else ""))
        yield (
            f"{number(ratio)} × the expected value" + (" everywhere" if many else ""),
            f"是应有值的 {number(ratio)} 倍" + ("（处处如此）" if many else ""),
        )
    if got.ndim == 2 and got.shape[0] == got.shape[1] and agreeing(got, expected.T, BY_EYE).all():
        yield "this is the transpose of the expected matrix", "这是应有矩阵的转置"
    if many and agreeing(np.sort(got, axis=None), np.sort(expected, axis=None), BY_EYE).all():
        yield "the right values in another order", "数值正确，但顺序不对"
    if many and not got.any():
        yield "every entry is 0", "所有元素都是 0"
    if many and wrong.sum() < wrong.size:
        yield f"{int(wrong.sum())} of {wrong.size} entries differ", f"{wrong.size} 个元素中有 {int(wrong.sum())} 个不同"


BY_EYE = 1e-6


def _constant_ratio(got: Array, expected: Array) -> float | None:
    used = np.abs(expected) > TINY
    if not used.any() or (np.abs(got[~used]) > TINY).any() or not np.isfinite(got).all():
        return None
    ratios = got[used] / expected[used]
    ratio = float(ratios.flat[0])
    constant = bool(np.allclose(ratios, ratio, rtol=1e-6, atol=0.0))
    return float(f"{ratio:.6g}") if constant and ratio != 0 else None


def _difference(part: Part, en: str, zh: str, index: tuple[int, ...] = ()) -> Difference:
    name_en = part.name or "the answer"
    name_zh = part.name or "答案"
    glue = "" if en.startswith("[") else " "
    return Difference(Text(f"{name_en}{glue}{en}", f"{name_zh}{glue.strip()}{zh}"), part.name, index)


def _not_numbers(value: Value) -> tuple[str, str]:
    if value is None:
        return "is None: is a return missing?", "是 None：是不是漏了 return？"
    if isinstance(value, tuple | list):
        return f"is a {type(value).__name__} of {len(value)}, expected numbers of one shape", (
            f"是含 {len(value)} 项的 {type(value).__name__}，应为形状一致的数值"
        )
    return f"is of type {type(value).__name__}, expected numbers", f"的类型是 {type(value).__name__}，应为数值"


def _wrong_kind(got: Value, expected: Value) -> Difference:
    wanted = len(expected)
    if got is None:
        return Difference(Text(*(f"the answer {en}" if i == 0 else f"答案{en}" for i, en in enumerate(_not_numbers(None)))))
    count = f" of {len(got)}" if isinstance(got, tuple | list | dict) else ""
    count_zh = f"（{len(got)} 项）" if isinstance(got, tuple | list | dict) else ""
    kind = type(got).__name__
    return Difference(
        Text(
            f"the answer is a {kind}{count}, expected {wanted} values",
            f"答案是 {kind}{count_zh}，应返回 {wanted} 个值",
        )
    )


def _shape_en(array: Array) -> str:
    return f"shape {_shape(array)}" if array.shape else "no shape (a single number)"


def _shape_zh(array: Array) -> str:
    return _shape(array) if array.shape else "单个数"


def _shape(array: Array) -> str:
    return "(" + ", ".join(map(str, array.shape)) + ("," if array.ndim == 1 else "") + ")"
