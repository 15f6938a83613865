"""All that a box does to a GPU, and nothing else here does: start it, wait for it, look where tensors lie.

Called in the forked child only, and only where the box has a device: a context does not survive a fork. torch is
imported in the functions, for a box without torch has this module too.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

STAND_IN = "cpu"  # torch's name of the device where tests have none


def start(device: str, memory: int, seed: int) -> list[str]:
    """Begin to use the device, before any of the student's code runs: ["", its name], or what went wrong and "".

    memory: bytes of the device that torch may take here, 0 for all. The student's code could lift that limit, and
    whoever watches from outside holds it then.
    """
    import torch  # noqa: PLC0415

    if device == STAND_IN:
        return ["", "stand-in"]
    try:
        torch.set_float32_matmul_precision("highest")  # no TF32: honest work in float32 is judged as such
        torch.backends.cudnn.allow_tf32 = False
        torch.cuda.init()  # type: ignore[no-untyped-call]
        if memory:
            total = torch.cuda.get_device_properties(0).total_memory
            torch.cuda.set_per_process_memory_fraction(min(memory / total, 1.0), 0)
        torch.cuda.manual_seed(seed)
        torch.zeros(1, device=device).add_(1).item()  # the context is made at the first use
        return ["", str(torch.cuda.get_device_name(0))]
    except (RuntimeError, AssertionError) as error:  # AssertionError: this torch was built without CUDA
        return [f"{type(error).__name__}: {error}"[:300], ""]


def untouched() -> bool:
    """Whether this process has not begun to use a device: what is forked from one that has, cannot."""
    import torch  # noqa: PLC0415

    opened = []
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the one that was open for the listing
            opened.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    began = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    return not began and not any(name.startswith("/dev/nvidia") for name in opened)


def finish(value: Any, device: str) -> bool:
    """Wait until the device has done what was asked of it, so that its errors and its time belong to this call.

    Whether a tensor in `value` lies elsewhere.
    """
    import torch  # noqa: PLC0415

    if device != STAND_IN:
        torch.cuda.synchronize()
    return strayed(value, device)


def strayed(value: Any, device: str) -> bool:
    """Whether a tensor in `value` lies on another kind of device than this one."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(strayed(item, device) for item in value)
    where = getattr(value, "device", None)
    return getattr(where, "type", device) != device
