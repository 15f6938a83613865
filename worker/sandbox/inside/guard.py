"""Blocks in the torch box what an exercise forbids: automatic differentiation.

The ways that students know are refused by name. Below them, inference mode records nothing that could be
differentiated, in any thread, and functorch's levels, which would, cannot be entered. No proof: whoever looks
for the original classes long enough will find them.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
from typing import Any


class Forbidden(BaseException):
    """The student's code took a forbidden way. Not an Exception, so that `except Exception` lets it through."""


LEVELS = ("_grad_increment_nesting", "_jvp_increment_nesting")
WAYS = {
    "torch.Tensor": ("backward",),
    "torch.autograd": ("backward", "grad"),
    "torch.autograd.functional": ("jacobian", "hessian", "vjp", "jvp", "vhp", "hvp"),
    "torch.func": ("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian"),
    "torch._C._functorch": LEVELS,
    "torch._functorch.eager_transforms": LEVELS,
}
MODE, START = "_InferenceMode", "_start_new_thread"


def block(guards: list[str], profile: str) -> None:
    """Replace every way to a gradient by one that raises Forbidden."""
    if "autograd" not in guards or profile == "plain":
        return
    import torch.func  # noqa: F401, PLC0415

    for place, names in WAYS.items():
        for name in names:
            setattr(owner_of(place), name, refusing(f"{place}.{name}"))
    record_nothing(owner_of("torch._C"))


def owner_of(place: str) -> Any:
    """The module or class of a dotted name that begins with torch."""
    owner = sys.modules["torch"]
    for step in place.split(".")[1:]:
        owner = getattr(owner, step)
    return owner


def record_nothing(engine: Any) -> None:
    """Enter inference mode for good, here and in every thread to come."""
    mode, start = getattr(engine, MODE), _thread.start_new_thread
    kept = mode(True)  # the mode ends with this object

    def enter(on: bool = True) -> Any:  # noqa: FBT001, FBT002 - torch's own signature
        return mode(True) if on and kept else refusing("torch.inference_mode(False)")()

    setattr(engine, MODE, enter)

    def start_in_mode(function: Callable[..., Any], arguments: tuple[Any, ...], *options: dict[str, Any]) -> int:
        def run(*arguments: Any, **options: Any) -> None:
            with mode(True):
                function(*arguments, **options)

        return start(run, arguments, *options)

    _thread.start_new_thread = _thread.start_new = start_in_mode
    setattr(threading, START, start_in_mode)


def refusing(way: str) -> Callable[..., Any]:
    """A function that raises Forbidden, naming the way."""

    def refuse(*_: Any, **__: Any) -> None:
        raise Forbidden(way)

    return refuse
