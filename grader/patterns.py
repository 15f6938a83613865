"""What a wrong value has to do with the right one, in words: twice as large, transposed, rounded, nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from grader.arrays import BY_EYE, TINY, Array, agreeing, signed
from grader.describing import short

Words = tuple[str, str]  # English, Chinese
MOST_DIGITS = 17
SMALL = 8
STEPS = 3  # rows from which on their order tells something


def wrong_value(got: Array, expected: Array, wrong: Array, index: tuple[int, ...]) -> Words:
    """The entry at `index` beside the expected one, and the most telling pattern of all the wrong entries."""
    here, there = _apart(got[index], expected[index])
    at = f"[{', '.join(map(str, index))}]" if index else ""
    plain_en = f"{at} is {here}, expected {there}".strip()
    plain_zh = f"{at} 是 {here}，应为 {there}".strip()
    if not np.isfinite(got[index]):
        return plain_en, plain_zh
    for pattern_en, pattern_zh in _patterns(signed(got), signed(expected), wrong):
        return f"{plain_en}: {pattern_en}", f"{plain_zh}：{pattern_zh}"
    return plain_en, plain_zh


def _apart(got: complex, expected: complex) -> Words:
    """Both numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 10, 13):
        if short(got, digits) != short(expected, digits):
            return short(got, digits), short(expected, digits)
    return short(got, MOST_DIGITS), short(expected, MOST_DIGITS)


def _patterns(got: Array, expected: Array, wrong: Array) -> Iterator[Words]:
    """What the wrong values have to do with the right ones, most telling first."""
    many = got.size > 1
    decimals = rounded_to(got, expected)
    if decimals is not None:
        yield f"the expected value, rounded to {decimals} decimals", f"这是应有值四舍五入到 {decimals} 位小数的结果"
    elif agreeing(got, expected, BY_EYE).all():
        yield "nearly right, but not exact", "很接近，但不精确"
    yield from _factor(got, expected, " everywhere" if many else "", "（处处如此）" if many else "")
    yield from _turned(got, expected)
    yield from _shifted(got, expected)
    if many and agreeing(np.sort(got, axis=None), np.sort(expected, axis=None), BY_EYE).all():
        yield "the right values in another order", "数值正确，但顺序不对"
    if many and not got.any():
        yield "every entry is 0", "所有元素都是 0"
    yield from _from_some_step_on(wrong)
    if many and wrong.sum() < wrong.size:
        yield f"{int(wrong.sum())} of {wrong.size} entries differ", f"{wrong.size} 个元素中有 {int(wrong.sum())} 个不同"


def wrong_shape(got: Array, expected: Array) -> Words | None:
    """What values of another shape have to do with the right ones; None where nothing is seen."""
    if got.size != expected.size or not got.size:  # before anything is copied: a view can claim a billion rows
        return None
    got, expected = signed(got), signed(expected)
    for words in _turned(got, expected):
        return words
    if not agreeing(got.reshape(expected.shape), expected, BY_EYE).all():
        return None
    if got.shape == (1, *expected.shape):
        return "the values are right, inside something of length 1 (torch.autograd.grad gives a tuple): take its [0]", (
            "数值正确，但外面套了一层长度为 1 的容器（torch.autograd.grad 返回的就是元组）：请取 [0]"
        )
    return "the values are right, in another shape", "数值正确，只是形状不同"


def _turned(got: Array, expected: Array) -> Iterator[Words]:
    """Rows for columns, perhaps times a number."""
    if got.ndim != 2 or got.shape != expected.T.shape or min(got.shape) < 2:
        return
    if agreeing(got, expected.T, BY_EYE).all():
        yield "this is the transpose of the expected matrix", "这是应有矩阵的转置"
    ratio = _constant_ratio(got, expected.T)
    if ratio == -1:
        yield "this is the transpose of the expected matrix, with the sign flipped", "这是应有矩阵的转置，并且符号相反"
    elif ratio is not None:
        yield f"{short(ratio)} × the transpose of the expected matrix", f"是应有矩阵转置的 {short(ratio)} 倍"


def _shifted(got: Array, expected: Array) -> Iterator[Words]:
    """Off by one: every row stands where the row before or after it belongs."""
    if got.ndim not in {1, 2} or len(got) < STEPS:
        return
    if agreeing(got[1:], expected[:-1], BY_EYE).all():
        yield "each value stands one step too late", "每个值都晚了一步"
    elif agreeing(got[:-1], expected[1:], BY_EYE).all():
        yield "each value stands one step too early", "每个值都早了一步"
    elif agreeing(got[::-1], expected, BY_EYE).all():
        yield "the right values in reverse order", "数值正确，但顺序颠倒了"


def _from_some_step_on(wrong: Array) -> Iterator[Words]:
    """Right for a while, and from some row on never again."""
    rows = [bool(np.any(row)) for row in wrong] if wrong.ndim else []
    first = rows.index(True) if True in rows else 0
    if first and all(rows[first:]) and len(rows) > first + 1:
        yield f"right before [{first}], and wrong from there on", f"[{first}] 之前都对，从那里起都错（从 0 数起）"


def _factor(got: Array, expected: Array, everywhere_en: str, everywhere_zh: str) -> Iterator[Words]:
    ratio = _constant_ratio(got, expected)
    if ratio == -1:
        yield f"the sign is flipped{everywhere_en}", f"符号相反{everywhere_zh}"
    elif ratio is not None and (got.size > 1 or _is_simple(ratio)):  # any two numbers have some ratio
        yield f"{short(ratio)} × the expected value{everywhere_en}", f"是应有值的 {short(ratio)} 倍{everywhere_zh}"


def _is_simple(ratio: float) -> bool:
    """Whether it is a fraction of small whole numbers, which a slip of thought can bring about."""
    return abs(float(Fraction(ratio).limit_denominator(SMALL)) - ratio) <= BY_EYE * abs(ratio) and abs(ratio) <= SMALL


def rounded_to(got: Array, expected: Array) -> int | None:
    """The number of decimals, two to nine, to which the expected values were rounded, if they were."""
    with np.errstate(all="ignore"):
        error = np.abs(got - expected).max(initial=0.0)
        for decimals in range(2, 10):
            if not error <= 0.6 * 10.0**-decimals:
                return None
            if np.abs(got - np.round(expected, decimals)).max(initial=0.0) <= 1e-14 * np.abs(got).max(initial=0.0):
                return decimals
    return None


def _constant_ratio(got: Array, expected: Array) -> float | None:
    with np.errstate(all="ignore"):
        used = np.abs(expected) > TINY
        if not used.any() or (np.abs(got[~used]) > TINY).any() or not np.isfinite(got).all():
            return None
        ratios = got[used] / expected[used]
        first = ratios.flat[0]
        if np.iscomplexobj(ratios) or not np.isfinite(first) or not np.allclose(ratios, first, rtol=1e-6, atol=0.0):
            return None
    ratio = float(f"{first:.6g}")
    return None if ratio in {0.0, 1.0} else ratio
