"""Gradients that cannot share the student's algebra: autograd in float64, checked by central differences.

The same references can be asked to answer by finite differences: that is how the judge knows what those look like.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.errors import ExerciseError

Scalar = Callable[..., Tensor]


@dataclass(frozen=True)
class Differences:
    """A way to take finite differences: (f(x + ahead·step) − f(x − behind·step)) / ((ahead + behind)·step)."""

    step: float
    ahead: float = 1.0
    behind: float = 1.0
    relative: bool = False  # whether the step grows with the entry that moves

    def width(self, entry: float) -> float:
        return self.step * max(1.0, abs(entry)) if self.relative else self.step


CHECK = Differences(1e-5, relative=True)
_checking: ContextVar[bool] = ContextVar("_checking", default=False)
_instead: ContextVar[Differences | None] = ContextVar("_instead", default=None)


def gradients(function: Scalar, *arguments: Any, upstream: Any = None) -> tuple[Tensor, ...]:
    """∂(upstream · function(*arguments)) / ∂argument for every argument, by autograd in float64.

    Arguments are numbers or tensors of any shape; each gradient has its argument's shape.
    Without `upstream` the function must give a single number.
    Raises ExerciseError within `cross_checked` where central differences disagree.
    """
    leaves = [torch.as_tensor(a, dtype=torch.float64).detach().clone().requires_grad_() for a in arguments]
    weighted = function if upstream is None else _weighted(function, upstream)
    way = _instead.get()
    if way:
        return tuple(_differences(weighted, leaves, i, way) for i in range(len(leaves)))
    found: tuple[Tensor | None, ...] = torch.autograd.grad(weighted(*leaves), leaves, allow_unused=True)
    answer = tuple(torch.zeros_like(leaf) if g is None else g for g, leaf in zip(found, leaves, strict=True))
    if _checking.get():
        for position, gradient in enumerate(answer):
            _compare(gradient, _differences(weighted, leaves, position, CHECK), f"argument {position}")
    return answer


def jacobian(function: Scalar, argument: Any) -> Tensor:
    """∂functionᵢ/∂argumentⱼ by autograd in float64, shape (*function, *argument)."""
    leaf = torch.as_tensor(argument, dtype=torch.float64).detach().clone()
    way = _instead.get()
    if way:
        return _differences(function, [leaf], 0, way)
    answer: Tensor = torch.autograd.functional.jacobian(function, leaf)  # type: ignore[no-untyped-call]
    if _checking.get():
        _compare(answer, _differences(function, [leaf], 0, CHECK), "the Jacobian")
    return answer


@contextlib.contextmanager
def cross_checked() -> Iterator[None]:
    """Within this context every autograd answer is compared with central differences as well."""
    token = _checking.set(True)
    try:
        yield
    finally:
        _checking.reset(token)


@contextlib.contextmanager
def by_differences(way: Differences) -> Iterator[None]:
    """Within this context finite differences are taken where autograd would be: what a forbidden way answers."""
    token = _instead.set(way)
    try:
        yield
    finally:
        _instead.reset(token)


def _weighted(function: Scalar, upstream: Any) -> Scalar:
    weight = torch.as_tensor(upstream, dtype=torch.float64)

    def weighted(*moved: Tensor) -> Tensor:
        return (function(*moved) * weight).sum()

    return weighted


def _compare(found: Tensor, slopes: Tensor, where: str) -> None:
    size = float(slopes.abs().max()) if slopes.numel() else 0.0
    if not torch.allclose(slopes, found, rtol=1e-4, atol=1e-6 * max(size, 1.0)):
        message = f"autograd and central differences disagree on {where}: {found} and {slopes}"
        raise ExerciseError(message)


def _differences(function: Scalar, leaves: list[Tensor], position: int, way: Differences) -> Tensor:
    """The slopes of all results in every entry of one argument, shape (*function, *argument)."""
    plain = [leaf.detach().clone() for leaf in leaves]
    shape = plain[position].shape
    entries = plain[position].reshape(-1)
    columns = []
    for i, here in enumerate(entries.tolist()):
        width = way.width(here)
        sides = []
        for moved in (here + way.ahead * width, here - way.behind * width):
            entries[i] = moved
            plain[position] = entries.reshape(shape)
            sides.append(function(*plain).detach().clone())
        entries[i] = here
        columns.append((sides[0] - sides[1]) / ((way.ahead + way.behind) * width))
    if not columns:
        return torch.zeros(shape, dtype=torch.float64)
    slopes = torch.stack(columns, -1)
    return slopes.reshape((*slopes.shape[:-1], *shape))
