"""Blocks in the torch box what an exercise forbids: automatic differentiation.

The ways that students know are refused by name. Below them, inference mode records nothing that could be
differentiated, in any thread, and functorch's levels, which would, cannot be entered. No proof: whoever looks
for the original classes long enough will find them.
"""

from __future__ import annotations

import _thread
import threading
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
LEVELS = ("_grad_increment_nesting", "_jvp_increment_nesting")


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
    for module in (torch._C._functorch, torch._functorch.eager_transforms):
        for name in LEVELS:
            setattr(module, name, refusing("torch.func"))
    record_nothing(torch._C)


def record_nothing(engine: Any) -> None:
    """Enter inference mode for good, here and in every thread to come."""
    mode, start = engine._InferenceMode, _thread.start_new_thread
    kept = mode(True)  # the mode ends with this object

    def enter(on: bool = True) -> Any:  # noqa: FBT001, FBT002 - torch's own signature
        return mode(True) if on and kept else refusing("torch.inference_mode(False)")()

    engine._InferenceMode = enter

    def start_in_mode(function: Callable[..., Any], arguments: tuple[Any, ...], *options: dict[str, Any]) -> int:
        def run(*arguments: Any, **options: Any) -> None:
            with mode(True):
                function(*arguments, **options)

        return start(run, arguments, *options)

    _thread.start_new_thread = _thread.start_new = start_in_mode
    threading._start_new_thread = start_in_mode  # type: ignore[attr-defined]


def refusing(way: str) -> Callable[..., Any]:
    """A function that raises Forbidden, naming the way."""

    def refuse(*_: Any, **__: Any) -> None:
        raise Forbidden(way)

    return refuse
