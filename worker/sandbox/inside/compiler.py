"""Leaves out torch's compiler, in the box and in the judge: an optimiser imports it for seconds, for nothing."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

COMPILER = "torch._dynamo"


def leave_out() -> None:
    """Stand in for torch's compiler: nothing here is compiled, and an optimiser takes a second to import it."""
    import torch  # noqa: PLC0415 - only the torch box has it

    stand_in = types.ModuleType(COMPILER)
    vars(stand_in).update(
        disable=lambda fn=None, *_, **__: fn or (lambda function: function),
        graph_break=lambda *_, **__: None,
        __getattr__=the_real_one,
    )
    sys.modules[COMPILER] = stand_in
    setattr(torch, COMPILER.partition(".")[2], stand_in)


def the_real_one(name: str) -> Any:
    """Whoever wants more of the compiler waits for it."""
    if name.startswith("__"):
        raise AttributeError(name)  # the import system only looks whether it is there
    sys.modules.pop(COMPILER, None)
    vars(sys.modules["torch"]).pop(COMPILER.partition(".")[2], None)
    return getattr(importlib.import_module(COMPILER), name)
