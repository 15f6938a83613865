"""Gradients that cannot share the student's algebra: autograd in float64, checked by central differences."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor

from grader.errors import ExerciseError

Scalar = Callable[..., Tensor]
_cross_checking: ContextVar[bool] = ContextVar("_cross_checking", default=False)


def gradients(function: Scalar, *arguments: Any, upstream: Any = None) -> tuple[Tensor, ...]:
    """∂(upstream · function(*arguments)) / ∂argument for every argument, by autograd in float64.

    Arguments are numbers or tensors of any shape; each gradient has its argument's shape.
    Without `upstream` the function must give a single number.
    """
    leaves = [torch.as_tensor(a, dtype=torch.float64).clone().requires_grad_() for a in arguments]
    value = function(*leaves)
    weight = None if upstream is None else torch.as_tensor(upstream, dtype=torch.float64)
    found = torch.autograd.grad(value, leaves, grad_outputs=weight, allow_unused=True)
    answer = tuple(
        torch.zeros_like(leaf) if g is None else g for g, leaf in zip(found, leaves, strict=True)
    )
    if _cross_checking.get():
        _compare_with_differences(function, leaves, weight, answer)
    return answer


def jacobian(function: Scalar, argument: Tensor) -> Tensor:
    """∂functionᵢ/∂argumentⱼ by autograd, shape (*function, *argument)."""
    answer: Tensor = torch.autograd.functional.jacobian(function, argument)  # type: ignore[no-untyped-call]
    if _cross_checking.get():
        value = function(argument).flatten()
        for i in range(value.numel()):
            row = answer.flatten(0, value.dim() - 1)[i]
            _compare_with_differences(lambda a, i=i: function(a).flatten()[i], [argument], None, (row,))
    return answer


@contextlib.contextmanager
def cross_checked() -> Iterator[None]:
    """Within this context every autograd answer is compared with central differences as well."""
    token = _cross_checking.set(True)
    try:
        yield
    finally:
        _cross_checking.reset(token)


def _compare_with_differences(
    function: Scalar, leaves: list[Tensor], weight: Tensor | None, answer: tuple[Tensor, ...]
) -> None:
    for position, (leaf, found) in enumerate(zip(leaves, answer, strict=True)):
        slopes = _central_differences(function, leaves, weight, position)
        if not torch.allclose(slopes, found.reshape(slopes.shape), rtol=1e-4, atol=1e-6):
            message = f"autograd and central differences disagree on argument {position}: {found} and {slopes}"
            raise ExerciseError(message)
        del leaf


def _central_differences(
    function: Scalar, leaves: list[Tensor], weight: Tensor | None, position: int
) -> Tensor:
    step = 1e-5
    plain = [leaf.detach().clone() for leaf in leaves]
    entries = plain[position].reshape(-1)
    slopes = torch.empty_like(entries)
    for i in range(entries.numel()):
        here = entries[i].item()
        sides = []
        for moved in (here + step, here - step):
            entries[i] = moved
            plain[position] = entries.reshape(leaves[position].shape)
            value = function(*plain).detach()
            sides.append((value if weight is None else value * weight).sum())
        entries[i] = here
        slopes[i] = (sides[0] - sides[1]) / (2 * step)
    return slopes.reshape(leaves[position].shape)
