"""The talk with one box: the request in, frames out, until all is said, the time is over or the box is gone."""

from __future__ import annotations

import os
import selectors
import time
from dataclasses import dataclass, field

import numpy as np

from grader.calls import Failed, Name, Note, Printed, Ran, Reason, Request, Seconds, Value
from worker.sandbox import watching
from worker.sandbox.box import Box
from worker.sandbox.hearing import Garbled, Talk, storable
from worker.sandbox.inside import wire
from worker.settings import Settings

PIECE = 1 << 16


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
        return Printed(storable(self.kept.decode("utf-8", "replace")), self.dropped)


def talk(box: Box, request: Request, settings: Settings) -> Ran:
    """One request, one box. Never raises for anything that the box does."""
    started = time.perf_counter()
    said = Talk(len(request.calls))
    exchange = Exchange(box, said, memoryview(_encode(request)), settings)
    reason = exchange.run(started + request.seconds)
    wall = time.perf_counter() - started
    _fill_up(said, reason, request)
    notes = (said.notes or ()) if box.group else (*(said.notes or ()), Note("no-cgroup", ""))
    return Ran(
        outcomes=tuple(said.outcomes),
        mentions=said.mentions or (),
        trouble=said.trouble,
        notes=notes,
        stdout=exchange.stdout.printed(),
        stderr=exchange.stderr.printed(),
        seconds=Seconds(wall, box.cpu_seconds(), max(wall - said.own, 0.0)),
    )


class Exchange:
    """Writes the request while it reads answers and output: neither side may wait for the other."""

    def __init__(self, box: Box, said: Talk, message: memoryview, settings: Settings) -> None:
        self.stdout, self.stderr = Stream(settings.printed), Stream(settings.printed)
        self._box, self._said, self._rest, self._settings = box, said, message, settings
        self._streams = {box.stdout: self.stdout, box.stderr: self.stderr}

    def run(self, deadline: float) -> Reason | None:
        """Until all is said. Returns why it ended early, None where it did not."""
        self._box.channel.setblocking(False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._box.channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
            for descriptor in self._streams:
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            ended = self._listen(selector, deadline)
        for descriptor, stream in self._streams.items():
            _empty(descriptor, stream)
        return ended

    def _listen(self, selector: selectors.BaseSelector, deadline: float) -> Reason | None:
        """What came in time counts, even if we are late to read it: so read first, then look at the clock."""
        while True:
            ended = self._react(selector, deadline - time.perf_counter())
            if ended or self._said.done:
                return ended
            ended = self._over(deadline)
            if ended:
                return ended

    def _over(self, deadline: float) -> Reason | None:
        if time.perf_counter() >= deadline:
            return "timeout"
        if self._box.group is None and watching.memory(self._box.pid) > self._settings.memory:
            return "memory"
        return None

    def _react(self, selector: selectors.BaseSelector, left: float) -> Reason | None:
        """Wait for something to happen, and deal with it."""
        patience = left if self._box.group else min(left, watching.PAUSE)
        ended = None
        for key, events in selector.select(max(patience, 0)):
            if key.fileobj is not self._box.channel:
                self._drain(key.fd, selector)
                continue
            if events & selectors.EVENT_WRITE:
                self._write(selector)
            if events & selectors.EVENT_READ:
                ended = self._read()
        return ended

    def _write(self, selector: selectors.BaseSelector) -> None:
        try:
            self._rest = self._rest[self._box.channel.send(self._rest) :]
        except BlockingIOError:
            return
        except OSError:
            self._rest = self._rest[len(self._rest) :]  # the box is gone; reading will tell
        if not self._rest:
            selector.modify(self._box.channel, selectors.EVENT_READ)

    def _read(self) -> Reason | None:
        try:
            piece = self._box.channel.recv(PIECE)
        except BlockingIOError:
            return None
        except OSError:
            piece = b""
        if not piece:
            return "memory" if self._box.was_short_of_memory() else "crashed"
        try:
            self._said.take(piece)
        except Garbled:
            return "garbled"
        return None

    def _drain(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        piece = os.read(descriptor, PIECE)
        if piece:
            self._streams[descriptor].take(piece)
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
