"""The talk with one box: the request in, frames out, until all is said, the time is over or the box is gone."""

from __future__ import annotations

import os
import selectors
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.calls import Failed, Mention, Name, Note, Outcome, Printed, Ran, Reason, Request, Returned, Seconds, Value
from worker.sandbox import watching
from worker.sandbox.box import Box
from worker.sandbox.inside import wire
from worker.settings import Settings

PIECE = 1 << 16
LARGEST_TALK = 64 << 20  # bytes of frames from one box
LONGEST_WORDS = 400  # characters taken over from the box in one place
MOST_PIECES = 20_000  # lists, numbers and arrays in all answers of one box: the judge looks at each by itself
LONG = 32  # a list of at least as many numbers is an array
REASONS: dict[str, Reason] = {
    "raised": "raised",
    "missing": "missing",
    "unsendable": "unsendable",
    "forbidden": "forbidden",
}


class Garbled(Exception):  # noqa: N818 - it says what is the case
    """The box said something that is no part of this conversation."""


@dataclass
class Stream:
    """What is printed: the start is kept, the rest counted."""

    most: int
    kept: bytearray = field(default_factory=bytearray)
    dropped: int = 0

    def take(self, piece: bytes) -> None:
        room = max(self.most - len(self.kept), 0)
        self.kept += piece[:room]
        self.dropped += len(piece) - len(piece[:room])

    def printed(self) -> Printed:
        return Printed(self.kept.decode("utf-8", "replace"), self.dropped)


@dataclass
class Talk:
    """What a box has said so far. Frames are read in the one order that makes sense; anything else is garbled."""

    calls: int
    pending: bytearray = field(default_factory=bytearray)
    heard: int = 0
    mentions: tuple[Mention, ...] | None = None
    notes: tuple[Note, ...] | None = None
    trouble: Failed | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    own: float = 0.0
    pieces: int = 0
    done: bool = False

    def take(self, piece: bytes) -> None:
        """Add bytes from the box and read the frames that are complete. Raises Garbled."""
        self.heard += len(piece)
        if self.heard > LARGEST_TALK:
            raise Garbled
        self.pending += piece
        try:
            while not self.done and len(self.pending) >= wire.HEADER.size and self._read_frame():
                pass
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise Garbled from error

    def _read_frame(self) -> bool:
        start = wire.HEADER.size
        tree, buffers = wire.lengths(bytes(self.pending[:start]))
        end = start + tree + buffers
        if len(self.pending) < end:
            return False
        content = wire.unpack(bytes(self.pending[start : start + tree]), bytes(self.pending[start + tree : end]))
        del self.pending[:end]
        self._understand(content)
        return True

    def _understand(self, frame: Any) -> None:
        if not isinstance(frame, dict):
            raise Garbled
        if self.mentions is None:
            said = frame["mentions"]
            self.mentions = tuple(Mention(_words(k), _words(n), _words(f), _line(at)) for k, n, f, at in said)
            self.trouble = _trouble(frame["trouble"])
            self.done = self.trouble is not None
        elif self.notes is None:
            self.notes = tuple(Note(_words(c), _words(s), _words(f), _line(at)) for c, s, f, at in frame["notes"][:50])
            self.trouble = _trouble(frame["trouble"])
            self.own += _seconds(frame["own"])
        elif "done" in frame:
            self.done = True
        elif len(self.outcomes) < self.calls:
            self.own += _seconds(frame["own"])
            self.outcomes.append(self._outcome(frame))
        else:
            raise Garbled

    def _outcome(self, frame: dict[str, Any]) -> Outcome:
        if "returned" not in frame:
            return _trouble(frame["failed"]) or Failed("garbled")
        changed = frame["changed"]
        if not all(type(place) is int and 0 <= place < 100 for place in changed):
            raise Garbled
        value = self._value(frame["returned"])
        if self.pieces > MOST_PIECES:
            return Failed("unsendable", "too many separate lists and numbers (an array counts as one)")
        return Returned(value, tuple(changed[:100]))

    def _value(self, value: Value) -> Value:
        """The value as the judge takes it: arrays, whatever their layout was in the box, also for long lists."""
        self.pieces += 1
        if isinstance(value, wire.Laid):
            return value.array
        if isinstance(value, wire.Named):
            raise Garbled
        if isinstance(value, tuple | list):
            if len(value) >= LONG and all(map(_is_number, value)):
                return np.array(value)
            return type(value)(self._value(item) for item in value)
        if isinstance(value, dict):
            return {key: self._value(item) for key, item in value.items()}
        return value


def talk(box: Box, request: Request, settings: Settings) -> Ran:
    """One request, one box. Never raises for anything that the box does."""
    started = time.perf_counter()
    said = Talk(len(request.calls))
    streams = {box.stdout: Stream(settings.printed), box.stderr: Stream(settings.printed)}
    reason = _listen(box, _encode(request), said, streams, started + request.seconds, settings)
    wall = time.perf_counter() - started
    cpu = box.cpu_seconds()
    _fill_up(said, reason, request)
    notes = (said.notes or ()) if box.group else (*(said.notes or ()), Note("no-cgroup", ""))
    return Ran(
        outcomes=tuple(said.outcomes),
        mentions=said.mentions or (),
        trouble=said.trouble,
        notes=notes,
        stdout=streams[box.stdout].printed(),
        stderr=streams[box.stderr].printed(),
        seconds=Seconds(wall, cpu, max(wall - said.own, 0.0)),
    )


def _listen(
    box: Box, message: bytes, said: Talk, streams: dict[int, Stream], deadline: float, settings: Settings
) -> Reason | None:
    """Write the request and read until the end. Returns why it ended early, None where it did not."""
    rest = memoryview(message)
    box.channel.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(box.channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
        for descriptor in streams:
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        while not said.done:
            left = deadline - time.perf_counter()
            if left <= 0:
                return "timeout"
            if box.group is None and watching.memory(box.pid) > settings.memory:
                return "memory"
            for key, events in selector.select(left if box.group else min(left, watching.PAUSE)):
                if key.fileobj is not box.channel:
                    _drain(key.fd, streams, selector)
                    continue
                if events & selectors.EVENT_WRITE:
                    rest = _write(box, rest, selector)
                if events & selectors.EVENT_READ:
                    ended = _read(box, said)
                    if ended:
                        return ended
    for descriptor, stream in streams.items():
        _empty(descriptor, stream)
    return None


def _write(box: Box, rest: memoryview, selector: selectors.BaseSelector) -> memoryview:
    try:
        rest = rest[box.channel.send(rest) :]
    except BlockingIOError:
        return rest
    except OSError:
        rest = rest[len(rest) :]  # the box is gone; reading will tell
    if not rest:
        selector.modify(box.channel, selectors.EVENT_READ)
    return rest


def _read(box: Box, said: Talk) -> Reason | None:
    try:
        piece = box.channel.recv(PIECE)
    except BlockingIOError:
        return None
    except OSError:
        piece = b""
    if not piece:
        return "memory" if box.was_short_of_memory() else "crashed"
    try:
        said.take(piece)
    except Garbled:
        return "garbled"
    return None


def _drain(descriptor: int, streams: dict[int, Stream], selector: selectors.BaseSelector) -> None:
    piece = os.read(descriptor, PIECE)
    if piece:
        streams[descriptor].take(piece)
    else:
        selector.unregister(descriptor)


def _empty(descriptor: int, stream: Stream) -> None:
    """What was printed before the box said that it was done; a flood is not followed to its end."""
    for _ in range(64):
        try:
            piece = os.read(descriptor, PIECE)
        except BlockingIOError:
            return
        if not piece:
            return
        stream.take(piece)


def _fill_up(said: Talk, reason: Reason | None, request: Request) -> None:
    """Every call gets an outcome: the one at which the box ended says why, those after it were not reached."""
    if said.trouble:
        return
    limit = f"({request.seconds:g} s)" if reason == "timeout" else ""
    if said.notes is None:
        said.trouble = Failed(reason or "crashed", limit, request.files[0].name if request.files else "")
        return
    missing = len(request.calls) - len(said.outcomes)
    if missing:
        said.outcomes.append(Failed(reason or "crashed", limit))
        said.outcomes += [Failed("not reached")] * (missing - 1)


def _encode(request: Request) -> bytes:
    """The request as a frame."""
    return wire.pack(
        {
            "files": [(file.name, _as_bytes(file.text)) for file in request.files],
            "given": request.given,
            "needs": request.needs,
            "guards": list(request.guards),
            "seed": request.seed,
            "calls": [(call.function, _named(call.arguments)) for call in request.calls],
        }
    )


def _as_bytes(text: str) -> Value:
    """Text as an array, because files may be longer than a frame's tree."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _named(value: Value) -> Value:
    if isinstance(value, Name):
        return wire.Named(value.name)
    if isinstance(value, tuple | list):
        return type(value)(_named(item) for item in value)
    return value


def _is_number(value: Value) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "if"
    return type(value) is float or (type(value) is int and -(1 << 63) <= value < 1 << 63)


def _trouble(said: list[Any]) -> Failed | None:
    if not said:
        return None
    reason, text, file, line = said
    return Failed(REASONS[reason], _words(text), _words(file), _line(line) or None)


def _words(text: Any) -> str:
    if not isinstance(text, str):
        raise Garbled
    return text[:LONGEST_WORDS]


def _line(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 1 << 31:
        raise Garbled
    return number


def _seconds(value: Any) -> float:
    """A time that the box claims; it is shown, never judged by."""
    if not isinstance(value, float) or not 0.0 <= value < 1e6:
        raise Garbled
    return value


