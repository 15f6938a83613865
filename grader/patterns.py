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
    if got.ndim == 2 and got.shape[0] == got.shape[1] and agreeing(got, expected.T, BY_EYE).all():
        yield "this is the transpose of the expected matrix", "这是应有矩阵的转置"
    if many and agreeing(np.sort(got, axis=None), np.sort(expected, axis=None), BY_EYE).all():
        yield "the right values in another order", "数值正确，但顺序不对"
    if many and not got.any():
        yield "every entry is 0", "所有元素都是 0"
    if many and wrong.sum() < wrong.size:
        yield f"{int(wrong.sum())} of {wrong.size} entries differ", f"{wrong.size} 个元素中有 {int(wrong.sum())} 个不同"


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
