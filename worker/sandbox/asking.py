"""A request as the frames that a box is told it in: the files with the first calls, and later the other calls."""

from __future__ import annotations

import numpy as np

from grader.calls import Call, Name, Request, Value
from worker.sandbox.inside import wire


def opening(request: Request, calls: tuple[Call, ...]) -> bytes:
    """The frame with all that the box is told but the calls that come later."""
    return wire.pack(
        {
            "files": [(file.name, _as_bytes(file.text)) for file in request.files],
            "given": request.given,
            "needs": request.needs,
            "guards": list(request.guards),
            "seed": request.seed,
            "calls": _as_plain(calls),
            "more": len(calls) < len(request.calls),
            **({"device_memory": request.device_memory} if request.profile == "gpu" else {}),
        }
    )


def continuation(calls: tuple[Call, ...]) -> bytes:
    """The frame with the calls that were held back."""
    return wire.pack({"calls": _as_plain(calls), "more": False})


def _as_plain(calls: tuple[Call, ...]) -> Value:
    return [(call.function, _named(call.arguments), call.dtype) for call in calls]


def _as_bytes(text: str) -> Value:
    """Text as an array, because files may be longer than a frame's tree."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _named(value: Value) -> Value:
    if isinstance(value, Name):
        return wire.Named(value.name)
    if isinstance(value, tuple | list):
        return type(value)(_named(item) for item in value)
    return value
