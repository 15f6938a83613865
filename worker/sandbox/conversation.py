"""The talk with one box: the request in, frames out, until all is said, the time is over or the box is gone.

Of the calls only `request.first` go in with the files. The others follow when these are answered: nothing that a
program has said or printed until then can tell their arguments, wherever in its process it looked for them.
"""

from __future__ import annotations

import math
import os
import selectors
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from grader.calls import Failed, Note, Printed, Ran, Reason, Request, Seconds
from grader.errors import DeviceLost
from worker.sandbox import watching
from worker.sandbox.asking import continuation, opening
from worker.sandbox.box import Box
from worker.sandbox.hearing import Garbled, Talk, storable
from worker.settings import Settings

PIECE = 1 << 16
PULSE = 0.5  # seconds between two words on how far a box is

DEVICE_SECONDS = 60.0  # within which a device must be ready in its box

Heard = Callable[[int], None]  # is told how many calls have been answered
Watch = Callable[[], bool]  # whether the box has taken more of the device's memory than it may


@dataclass
class Stream:
    """What is printed: the start is kept, the rest counted. `marked` is how much was kept when the mark was set."""

    most: int
    kept: bytearray = field(default_factory=bytearray)
    dropped: int = 0
    marked: int | None = None

    def take(self, piece: bytes) -> None:
        room = max(self.most - len(self.kept), 0)
        self.kept += piece[:room]
        self.dropped += len(piece) - len(piece[:room])

    def mark(self) -> None:
        self.marked = len(self.kept)

    def printed(self) -> Printed:
        end = len(self.kept) if self.marked is None else self.marked
        before, after = _as_text(self.kept[:end]), _as_text(self.kept[end:])
        return Printed(before + after, self.dropped, len(before))


def talk(box: Box, request: Request, settings: Settings, heard: Heard | None = None, watch: Watch | None = None) -> Ran:
    """One request, one box. Never raises for anything that the student's code does; what `heard` raises goes through.

    `heard` is told from half a second on, every half second, how many calls have been answered. `watch` belongs to a
    box with a device; its time begins when that is ready. Raises DeviceLost where it never is.
    """
    started = time.perf_counter()
    said = Talk(len(request.calls), device=None if watch else ("", ""))
    exchange = Exchange(box, said, request, settings, watch)
    reason = exchange.run(started + (DEVICE_SECONDS if watch else request.seconds), Pulse(started, heard))
    wall = time.perf_counter() - started
    if said.device is None or said.device[0]:
        raise DeviceLost(said.device[0] if said.device else f"its box ended before it was ready: {reason}")
    _fill_up(said, reason, request)
    notes = tuple(_notes(said, box))
    return Ran(
        outcomes=tuple(said.outcomes),
        mentions=said.mentions or (),
        trouble=said.trouble,
        notes=notes,
        stdout=exchange.stdout.printed(),
        stderr=exchange.stderr.printed(),
        seconds=Seconds(wall, box.cpu_seconds(), max(wall - said.own, 0.0)),
        each=tuple(_each(said)),
    )


def _each(said: Talk) -> Iterator[float]:
    """Seconds of every call; nothing is known of the time of one that was not answered."""
    known = [after - before for before, after in pairwise(said.arrived)]
    yield from [*known, *[math.nan] * (len(said.outcomes) - len(known))]


def _notes(said: Talk, box: Box) -> Iterator[Note]:
    yield from said.notes or ()
    if said.device and said.device[1]:
        yield Note("gpu", said.device[1])
    if not box.group:
        yield Note("no-cgroup", "")


class Exchange:
    """Writes the request while it reads answers and output: neither side may wait for the other."""

    def __init__(self, box: Box, said: Talk, request: Request, settings: Settings, watch: Watch | None) -> None:
        self._watch, self._seconds, self._starting = watch, request.seconds, watch is not None
        self.stdout, self.stderr = Stream(settings.printed), Stream(settings.printed)
        self._box, self._said = box, said
        self._streams = {box.stdout: self.stdout, box.stderr: self.stderr}
        self._first = len(request.calls) if request.first is None else request.first
        self._rest = memoryview(opening(request, request.calls[: self._first]))
        self._held = request.calls[self._first :]
        self._before = 0 if box.group else watching.memory(box.pid)  # what torch took to be imported
        self._memory = settings.gpu_host_memory if request.profile == "gpu" else settings.memory
        self._next = b""  # the frame of what is held, made while the box loads the files

    def run(self, deadline: float, pulse: Pulse) -> Reason | None:
        """Until all is said. Returns why it ended early, None where it did not."""
        self._box.channel.setblocking(False)
        self._deadline = deadline
        with selectors.DefaultSelector() as selector:
            selector.register(self._box.channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
            for descriptor in self._streams:
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            ended = self._listen(selector, pulse)
        for descriptor, stream in self._streams.items():
            _empty(descriptor, stream)
        return ended

    def _listen(self, selector: selectors.BaseSelector, pulse: Pulse) -> Reason | None:
        """What came in time counts, even if we are late to read it: so read first, then look at the clock."""
        while True:
            ended = self._react(selector, min(self._deadline, pulse.next) - time.perf_counter())
            if ended or self._said.done:
                return ended
            if self._held and self._said.is_through(self._first):
                self._go_on(selector)
            now = time.perf_counter()
            ended = self._over(now)
            if ended:
                return ended
            pulse.beat(now, len(self._said.outcomes))

    def _go_on(self, selector: selectors.BaseSelector) -> None:
        """Put the other calls, and remember what had been printed before."""
        for descriptor, stream in self._streams.items():
            _empty(descriptor, stream)
            stream.mark()
        self._rest, self._held = memoryview(self._next or continuation(self._held)), ()
        self._write(selector)
        if self._rest:
            selector.modify(self._box.channel, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def _over(self, now: float) -> Reason | None:
        if self._starting and self._said.device is not None:  # the device is ready, the student's time begins
            self._starting, self._deadline = False, now + self._seconds
        if now >= self._deadline:
            return "timeout"
        if self._watch and self._watch():
            return "memory"
        if self._box.group is None and watching.memory(self._box.pid) - self._before > self._memory:
            return "memory"
        return None

    def _react(self, selector: selectors.BaseSelector, left: float) -> Reason | None:
        """Wait for something to happen, and deal with it."""
        patience = left if self._box.group and not self._watch else min(left, watching.PAUSE)
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
            self._next = continuation(self._held) if self._held else b""

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


class Pulse:
    """Passes on how far a box is: not before half a second, and not more often."""

    def __init__(self, started: float, heard: Heard | None) -> None:
        self._heard = heard
        self.next = started + PULSE if heard else math.inf

    def beat(self, now: float, answered: int) -> None:
        if self._heard and now >= self.next:
            self.next = now + PULSE
            self._heard(answered)


def _as_text(printed: bytearray) -> str:
    return storable(printed.decode("utf-8", "replace"))


def _empty(descriptor: int, stream: Stream) -> None:
    """What was printed before the box said what was heard last; a flood is not followed to its end."""
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
