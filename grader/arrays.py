"""Answers as arrays, and when two arrays agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from grader.calls import Value

Array = np.ndarray[Any, Any]
FLOAT32 = 1e-4  # relative tolerance for answers in float32
CANCELLED = 1e-6  # what float32 leaves, relative to the largest entry, where entries cancel
BFLOAT16 = 5e-2  # relative tolerance for answers in bfloat16, which has 8 bits of mantissa (docs/gpu.md: margins)
CANCELLED_BFLOAT16 = 1e-2
BY_DTYPE = {"float32": FLOAT32, "bfloat16": BFLOAT16}
TINY = 1e-12  # absolute: an expected value of 0 is met by rounding noise
BY_EYE = 1e-6
EXACT = 1e-9  # a tolerance this small asks for float64
LARGEST_FLOAT32 = 3e38


def as_array(value: Value) -> Array:
    """Numbers, tensors and nested lists as an array. Raises ValueError where that cannot be."""
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
        if array.dtype == object and _all_integers(array):
            array = np.array([_as_float(item) for item in array.ravel()]).reshape(array.shape)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if array.dtype.kind not in "biufc":
        message = f"not numbers: {type(value).__name__}"
        raise ValueError(message)
    return array


def rounded(value: Value, dtype: str) -> Value:
    """The value whose floating tensors hold what `dtype` can hold, in float64: an input that is cast loses nothing."""
    if isinstance(value, Tensor):
        return value.to(getattr(torch, dtype)).double() if value.is_floating_point() else value
    if isinstance(value, tuple | list):
        return type(value)(rounded(item, dtype) for item in value)
    return {key: rounded(item, dtype) for key, item in value.items()} if isinstance(value, dict) else value


def fresh(value: Value) -> Value:
    """The same value with arrays and tensors of its own."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple | list):
        return type(value)(fresh(item) for item in value)
    return {key: fresh(item) for key, item in value.items()} if isinstance(value, dict) else value


def _all_integers(array: Array) -> bool:
    """Whether these are Python's integers, too large for 64 bits."""
    return array.size > 0 and all(isinstance(item, int) for item in array.ravel())


def leaves(value: Value) -> Iterator[Array]:
    """The arrays of numbers in a value; a list of plain numbers is one of them."""
    if isinstance(value, tuple | list) and not all(map(_is_double, value)):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        yield from leaves(list(value.values()))
    else:
        try:
            yield as_array(value)
        except ValueError:
            return


def _is_double(value: Value) -> bool:
    return isinstance(value, float) or (isinstance(value, np.ndarray) and not value.ndim and value.dtype == np.float64)


def _as_float(integer: int) -> float:
    try:
        return float(integer)
    except OverflowError:
        return np.inf if integer > 0 else -np.inf


def agreeing(got: Array, expected: Array, tolerance: float) -> Array:
    """Entry by entry: does `got` agree, relative to the size of the entry and of the largest one?

    The slack from the largest entry is for rounding: entries that cancel cannot be exact to their own size.
    float32 answers are measured by what float32 can do, unless the tolerance asks for float64: what differences
    get wrong is less than what float32 loses, and would hide behind it.
    """
    slack = _slack(got, expected, tolerance)
    got, expected = signed(got), signed(expected)
    with np.errstate(all="ignore"):
        close = np.abs(got - expected) <= slack
        same_infinity = ~np.isfinite(expected) & ((got == expected) | (np.isnan(got) & np.isnan(expected)))
    result: Array = np.where(np.isfinite(expected), close, same_infinity)
    return result


def used(got: Array, expected: Array, tolerance: float) -> float:
    """Which share of the tolerance the entry that is farthest off uses: 1 is where `agreeing` begins to say no."""
    with np.errstate(all="ignore"):
        shares = np.abs(signed(got) - signed(expected)) / _slack(got, expected, tolerance)
    return float(shares.max(initial=0.0))


def _slack(got: Array, expected: Array, tolerance: float) -> Array:
    """How far each entry may be off."""
    short = tolerance > EXACT and is_float32(got)
    limit = max(tolerance, FLOAT32) if short else tolerance
    rounding = CANCELLED if short else min(limit, 1e-9)
    if tolerance >= BFLOAT16:
        rounding = CANCELLED_BFLOAT16
    expected = signed(expected)
    with np.errstate(all="ignore"):
        finite = np.abs(expected[np.isfinite(expected)])
        largest = float(finite.max()) if finite.size else 0.0
        slack: Array = limit * np.abs(expected) + rounding * largest + min(TINY, limit)
    return slack


def signed(array: Array) -> Array:
    """Truth values and integers as floats, which do not wrap around when they are subtracted."""
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def _needs_float64(value: float) -> bool:
    """Whether one number alone shows more than float32 can hold: the quick answer, and nearly always enough."""
    return abs(value) < LARGEST_FLOAT32 and float(np.float32(value)) != value


def is_float32(array: Array) -> bool:
    """Whether the values carry float32 precision only, even where they are stored as float64."""
    if array.dtype in (np.float16, np.float32, np.complex64):
        return True
    if array.dtype.kind != "f" or not array.size or _needs_float64(array.item(0)):
        return False
    with np.errstate(all="ignore"):
        shortened = bool((array.astype(np.float32) == array).all())
        return shortened and bool((np.abs(array * 64) % 1 > 0).any())


def mostly_float32(arrays: list[Array]) -> bool:
    """Whether arrays that belong together are float32, or hold float32 values in float64.

    Numbers of few binary digits, as a worked example has, are short in any precision and say nothing.
    """
    if any(array.dtype in (np.float16, np.float32, np.complex64) for array in arrays):
        return True
    floats = [array.ravel() for array in arrays if array.dtype.kind == "f"]
    numbers = np.concatenate(floats) if floats else np.empty(0)
    mantissas = np.frexp(numbers[np.isfinite(numbers)])[0]
    telling = mantissas[mantissas * 2**16 % 1 > 0]
    return telling.size > 1 and bool((telling * 2**24 % 1 == 0).mean() > 1 / 2)
