"""Blocks in the torch box what an exercise forbids: automatic differentiation.

No proof: whoever knows this file can undo it. It catches the honest attempt and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Forbidden(BaseException):
    """The student's code took a forbidden way. Not an Exception, so that `except Exception` lets it through."""


WAYS = {
    "torch.Tensor": ("backward",),
    "torch.autograd": ("backward", "grad"),
    "torch.autograd.functional": ("jacobian", "hessian", "vjp", "jvp", "vhp", "hvp"),
    "torch.func": ("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian"),
}


def block(guards: list[str], profile: str) -> None:
    """Replace every way to a gradient by one that raises Forbidden."""
    if "autograd" not in guards or profile != "torch":
        return
    import torch  # noqa: PLC0415
    import torch.func  # noqa: PLC0415

    for place, names in WAYS.items():
        owner: Any = torch
        for step in place.split(".")[1:]:
            owner = getattr(owner, step)
        for name in names:
            setattr(owner, name, refusing(f"{place}.{name}"))


def refusing(way: str) -> Callable[..., Any]:
    """A function that raises Forbidden, naming the way."""

    def refuse(*_: Any, **__: Any) -> None:
        raise Forbidden(way)

    return refuse
