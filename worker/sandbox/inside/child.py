"""One submission: read the request, load the files, answer the calls, one frame each, as they come.

From the moment the student's code is loaded nothing in this process can be trusted, and nothing is: what
leaves is bytes, which the judge reads as answers and as nothing else.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

import numpy as np
from inside import accelerator, guard, loading, wire

BFLOAT16 = "torch.bfloat16"  # NumPy has no such type; float32 holds each of its numbers exactly


def get_ready(profile: str) -> None:
    """Go once through what every child does, so that no child pays for first times."""
    seed_everything(0, profile)
    frame = wire.pack({"files": (("ready.py", READY),), "numbers": [1.5, 2, np.zeros(2)]})
    files = wire.receive(io.BytesIO(frame).read)["files"]
    loaded = loading.load(loading.read_facts(list(files)), "", ("ready",))
    for argument in (2.0, np.zeros(2)):
        reply(loaded, "ready", (argument,), Place(profile))
    loading.unload()


READY = """import numpy as np
for i in range(2):
    pass
def ready(x):
    return x * 2, [x + 1]
"""


def answer(channel: int, checked: dict[str, Any], profile: str, device: str = "") -> None:
    """Say that the box is closed, then serve the one request on the channel; `device` is torch's word for the GPU."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # what is printed before a sudden end is kept
    send(channel, {"closed": checked})
    request = wire.receive(lambda size: read_exactly(channel, size))
    seed_everything(request["seed"], profile)
    started_device = accelerator.start(device, request["device_memory"], request["seed"]) if device else []
    files = [(name, as_text(text)) for name, text in request["files"]]
    facts = loading.read_facts(files)
    send(channel, {"mentions": facts.mentions, "trouble": facts.trouble, "device": started_device})
    if facts.trouble:
        return
    started = time.perf_counter()
    guard.block(request["guards"], profile)
    if profile != "plain" and "finite differences" in request["guards"]:
        use_float64()
    loaded = loading.load(facts, request["given"], request["needs"])
    own = time.perf_counter() - started
    give_out()
    send(channel, {"notes": loaded.notes, "trouble": loaded.trouble, "own": own})
    while not loaded.trouble:
        for function, arguments, dtype in request["calls"]:
            frame = reply(loaded, function, arguments, Place(profile, device, dtype))
            give_out()
            write(channel, frame)
        if not request["more"]:
            break
        request = wire.receive(lambda size: read_exactly(channel, size))
    finish(channel)


def use_float64() -> None:
    """Where a derivation is judged to float64, `torch.zeros(n)` and its like shall not spoil it with float32."""
    import torch  # noqa: PLC0415

    torch.set_default_dtype(torch.float64)


def as_text(content: Any) -> str:
    """A file's text, which travels as an array of bytes."""
    array = content.array if isinstance(content, wire.Laid) else content
    return bytes(array).decode("utf-8", "surrogatepass")


def give_out() -> None:
    """What has been printed leaves before the frame that follows it."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the student may have closed or replaced it
            stream.flush()


def finish(channel: int) -> None:
    """Say that all is said; the supervisor ends the process."""
    give_out()
    send(channel, {"done": True})
    signal.pause()


def seed_everything(seed: int, profile: str) -> None:
    """The same submission draws the same random numbers each time."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - students use the global generator
    if profile != "plain":
        import torch  # noqa: PLC0415

        torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed every absent GPU as well


@dataclass(frozen=True)
class Place:
    """Where and as what a call's arrays arrive: torch's word for the device, and for a dtype, may be empty."""

    profile: str
    device: str = ""
    dtype: str = ""


def reply(loaded: loading.Loaded, function: str, arguments: tuple[Any, ...], place: Place) -> bytes:
    """The outcome of one call, as the bytes of its frame."""
    if function not in loaded.names:
        return failure(loaded.missing(function), 0.0)
    started = time.perf_counter()
    try:
        given = [prepare(argument, loaded, place) for argument in arguments]
        before = [plain(a).tobytes() if is_array(a) else b"" for a in given]
        value = loaded.names[function](*given)
        strayed = bool(place.device) and accelerator.finish(value, place.device)
        own = time.perf_counter() - started
        changed = [i for i, a in enumerate(given) if before[i] and plain(a).tobytes() != before[i]]
        return packed({"returned": value, "changed": changed, "own": own} | ({"strayed": True} if strayed else {}))
    except BaseException as error:  # noqa: BLE001 - the first of three broad ones: a student's program may raise anything
        return failure(loading.describe(error, loaded.files), time.perf_counter() - started)


def failure(trouble: loading.Trouble, own: float) -> bytes:
    """The frame of a call that gave nothing."""
    frame: bytes = wire.pack({"failed": trouble, "own": own})
    return frame


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


def send(channel: int, tree: dict[str, Any]) -> None:
    """Write one frame, whole."""
    write(channel, wire.pack(tree))


def write(channel: int, content: bytes) -> None:
    """Write all of the bytes."""
    frame = memoryview(content)
    while frame:
        frame = frame[os.write(channel, frame) :]


def read_exactly(channel: int, size: int) -> bytes:
    """Exactly `size` bytes. Raises EOFError where the other side hung up before."""
    pieces = []
    while size:
        piece = os.read(channel, min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


traceback.format_exception_only(ValueError("load the module's own imports before the fork"))
