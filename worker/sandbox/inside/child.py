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
from typing import Any

import numpy as np
from inside import accelerator, guard, loading, wire
from inside.crossing import Place, is_array, packed, plain, prepare


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
    if device:
        wrong, name = accelerator.start(device, request["device_memory"], request["seed"])
        send(channel, {"device": [wrong, name]})  # before a byte of the files is read: what ends us now is theirs
        if wrong:
            return
    files = [(name, as_text(text)) for name, text in request["files"]]
    facts = loading.read_facts(files)
    send(channel, {"mentions": facts.mentions, "trouble": facts.trouble})
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
        found = {"returned": value, "changed": changed, "own": own} | ({"strayed": True} if strayed else {})
        frame: bytes = packed(found)
    except BaseException as error:  # noqa: BLE001 - the first of three broad ones: a student's program may raise anything
        return failure(loading.describe(error, loaded.files), time.perf_counter() - started)
    return frame


def failure(trouble: loading.Trouble, own: float) -> bytes:
    """The frame of a call that gave nothing."""
    frame: bytes = wire.pack({"failed": trouble, "own": own})
    return frame


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
