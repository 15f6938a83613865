# exercise: softmax_derivative; earns: all; ending: answered
"""Layers as dataclasses, a decorator that counts, a context manager that times; everything a tidy student does."""
import contextlib
import dataclasses
import enum
import functools
import time
from typing import NamedTuple

import numpy as np


class Mode(enum.Enum):
    ROWS = 1


class Shape(NamedTuple):
    rows: int
    columns: int


@contextlib.contextmanager
def timed(label):
    start = time.perf_counter()
    yield
    print(f"{label}: {time.perf_counter() - start:.6f} s")


def counted(function):
    @functools.wraps(function)
    def wrapper(*arguments, **options):
        wrapper.calls += 1
        with timed(function.__name__):
            return function(*arguments, **options)

    wrapper.calls = 0
    return wrapper


@dataclasses.dataclass
class Softmax:
    mode: Mode = Mode.ROWS
    cache: dict = dataclasses.field(default_factory=dict)

    def forward(self, a):
        a = np.array(a, dtype=float, copy=True)
        a -= a.max()
        e = np.exp(a)
        self.cache["p"] = e / e.sum()
        return self.cache["p"]

    def jacobian(self):
        p = self.cache["p"].reshape(-1, 1)
        assert Shape(*p.shape).columns == 1
        return np.diagflat(p) - p @ p.T


@counted
def softmax(a):
    return Softmax().forward(a)


@counted
def softmax_jacobian(a):
    layer = Softmax()
    layer.forward(a)
    return layer.jacobian()


@counted
def softmax_backward(p, upstream):
    return np.stack([(np.diag(row) - np.outer(row, row)) @ g for row, g in zip(p, upstream)])
