"""Values as they cross the wall: arrays become what the student's function takes, and what it gives becomes bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from inside import loading, wire

BFLOAT16 = "torch.bfloat16"  # NumPy has no such type; float32 holds each of its numbers exactly


@dataclass(frozen=True)
class Place:
    """Where and as what a call's arrays arrive: torch's word for the device, and for a dtype, may be empty."""

    profile: str
    device: str = ""
    dtype: str = ""


def prepare(argument: Any, loaded: loading.Loaded, place: Place) -> Any:
    """An argument as the student gets it: fresh arrays, in the layout asked for, or tensors."""
    if isinstance(argument, wire.Named):
        if argument.name not in loaded.names:
            raise loading.Missing(loaded.missing(argument.name))
        return loaded.names[argument.name]
    if isinstance(argument, list | tuple):
        return type(argument)(prepare(item, loaded, place) for item in argument)
    if isinstance(argument, dict):
        return {key: prepare(item, loaded, place) for key, item in argument.items()}
    if isinstance(argument, np.ndarray):
        return as_tensor(argument.copy(), place) if place.profile != "plain" else argument.copy()
    if isinstance(argument, wire.Laid):
        array = laid(argument)
        return as_tensor(array, place) if place.profile != "plain" else array
    return argument


def as_tensor(array: Any, place: Place) -> Any:
    """A tensor over the array's memory and strides, or moved and cast; tensors know no read-only memory."""
    import torch  # noqa: PLC0415

    tensor = torch.from_numpy(array if array.flags.writeable else array.copy())
    if place.dtype and tensor.is_floating_point():
        tensor = tensor.to(getattr(torch, place.dtype))
    return tensor.to(place.device) if place.device else tensor


def laid(argument: wire.Laid) -> Any:
    """A fresh array in the layout that the exercise asks for."""
    array = np.array(argument.array, order="F" if argument.layout == "F" else "C")
    if argument.layout == "strided":
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    array.flags.writeable = argument.writeable
    return array


def is_array(value: Any) -> bool:
    """Whether it is an array or a tensor."""
    return isinstance(value, np.ndarray) or hasattr(value, "detach")


def plain(value: Any) -> Any:
    """Arrays in place of tensors, wherever they are in a value."""
    if hasattr(value, "detach") and hasattr(value, "numpy"):
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) == BFLOAT16 else value).numpy()
    if isinstance(value, list | tuple):
        items = [plain(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {plain_key(key): plain(item) for key, item in value.items()}
    return value


def plain_key(key: Any) -> str | int:
    """A key as the judge can read it."""
    if isinstance(key, np.integer):
        return int(key)
    if not isinstance(key, str | int):
        message = f"a dict with a key of type {type(key).__name__}"
        raise wire.FrameError(message)
    return key


def packed(answer: dict[str, Any]) -> bytes:
    """The frame of an answer. Raises FrameError, also for what Python itself cannot write down."""
    try:
        frame: bytes = wire.pack(plain(answer))
    except RecursionError as error:
        raise wire.FrameError("a value that is nested too deeply") from error
    except wire.FrameError:
        raise
    except ValueError as error:  # json's own: a whole number of more than 4300 digits
        raise wire.FrameError(f"a value that cannot be written down ({str(error)[:60]})") from error
    return frame
