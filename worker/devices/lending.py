"""Lends the one GPU of this worker: to one box at a time, of whatever process of this machine, and clean.

Theory of operation. A lease is a lock on a file outside all boxes. The file is empty from before the box begins, and
says `clean` after a trusted box has zeroed all memory; a worker that is killed in between leaves it empty, and whoever
comes next cleans first. A device that cannot be cleaned is lent to nobody: it rests, then is tried again.
"""

from __future__ import annotations

import fcntl
import logging
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from grader.calls import Call, File, Ran, Request, Returned
from grader.errors import DeviceLost
from worker.devices.nvidia import Device
from worker.sandbox.box import SandboxUnavailable
from worker.sandbox.conversation import Heard, Watch

Box = Callable[[Request, Watch, Heard | None], Ran]

SCRUB = Path(__file__).with_name("scrub.py")
CONTEXT = 1 << 30  # bytes of the device that a CUDA context may take beside what the program asks for
SETTLED = 64 << 20  # bytes by which the used memory may differ when a box has given all back
SETTLE_SECONDS = 20.0
STEADY_SECONDS = 1.0  # for which nobody gives memory back before a worker's first lease: then no box is dying
REST_SECONDS = 60.0
SIGN_SECONDS = 5.0  # between two signs of life of who waits for the device
SMALLEST = 4 << 20  # bytes that every device has
STAND_IN_BYTES = 8 << 20  # of the tests' stand-in, whose memory is everybody's
CLEAN = b"clean"

log = logging.getLogger(__name__)


class Lender:
    """`run` may be called by any number of threads: they take turns."""

    def __init__(self, device: Device, folder: Path, limit: int, box: Box) -> None:
        self.device = device
        self._limit, self._box = limit, box
        self._turn = threading.Lock()
        self._resting_until = 0.0
        self._why = ""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(folder / "gpu.lease", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._began = False  # what another program did to the device before us, nobody knows
        self._before = 0

    @property
    def works(self) -> bool:
        """Whether the device is lent at the moment."""
        return time.monotonic() >= self._resting_until

    def run(self, request: Request, heard: Heard | None = None) -> Ran:
        """What came of a request in a box with the device. Raises DeviceLost where it cannot be lent.

        `heard` is told of no answer now and then while others have the device, so that nobody takes us for dead.
        """
        sign = partial(heard, 0) if heard else _silent
        self._take_turn(sign)
        try:
            self._lock(sign)
            before = self._begun()
            most = before + self._limit + CONTEXT if self._limit else math.inf
            return self._box(replace(request, device_memory=self._limit), lambda: self.device.used() > most, heard)
        except (DeviceLost, SandboxUnavailable) as lost:
            self._rest(str(lost))
            raise DeviceLost(str(lost)) from lost
        finally:
            threading.Thread(target=self._end, name="device-cleaner").start()

    def close(self) -> None:
        """Wait until the device is clean."""
        with self._turn:
            os.close(self._file)

    def _take_turn(self, sign: Callable[[], None]) -> None:
        """Wait for the others of this process. `_end` gives the turn back. Raises DeviceLost where the device rests."""
        self._refuse_rest()
        while not self._turn.acquire(timeout=SIGN_SECONDS):
            self._refuse_rest()
            sign()
        try:
            self._refuse_rest()  # it may have been lost while others had it
        except DeviceLost:
            self._turn.release()
            raise

    def _refuse_rest(self) -> None:
        if not self.works:
            raise DeviceLost(self._why)

    def _lock(self, sign: Callable[[], None]) -> None:
        """Wait until no other worker has the device."""
        told = time.monotonic()
        while not self._locked():
            time.sleep(0.01)
            if time.monotonic() - told > SIGN_SECONDS:
                told = time.monotonic()
                sign()

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _begun(self) -> int:
        """`_begin`, whose file may lie on a disk that is full or gone: then nobody would know whether it is clean."""
        try:
            return self._begin()
        except OSError as error:
            raise DeviceLost(str(error)) from error

    def _begin(self) -> int:
        """A clean device, marked as used; how much of its memory is taken before the box begins."""
        if not self._began:
            self._wait_for_the_dying()
        if not self._began or os.pread(self._file, len(CLEAN), 0) != CLEAN:
            self._clean(self.device.used())
        os.ftruncate(self._file, 0)
        self._before = self.device.used()
        self._began = True
        return self._before

    def _wait_for_the_dying(self) -> None:
        """A box of a worker that was killed may still be giving its memory back, which nobody would zero."""
        end = time.monotonic() + SETTLE_SECONDS
        least, since = self.device.used(), time.monotonic()
        while time.monotonic() - since < STEADY_SECONDS and time.monotonic() < end:
            time.sleep(STEADY_SECONDS / 20)
            if self.device.used() < least:
                least, since = self.device.used(), time.monotonic()

    def _end(self) -> None:
        """Clean after the box, then give the lease back."""
        try:
            if self.works and self._began:
                self._clean(self._before)
        except (DeviceLost, SandboxUnavailable, OSError) as lost:
            self._rest(str(lost))
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._turn.release()

    def _clean(self, before: int) -> None:
        """Zero all memory that a trusted box can have. Raises DeviceLost where that does not succeed."""
        self._settle(before)
        wanted = max(self.device.free() - CONTEXT, SMALLEST)  # all that is free, but for the context of the box
        most = 0 if self.device.torch == "cuda" else STAND_IN_BYTES
        request = Request(
            files=(File("scrub.py", SCRUB.read_text(encoding="utf-8")),),
            calls=(Call("scrub", (self.device.torch, most), device="gpu"),),
            needs=("scrub",),
            profile="gpu",
            seconds=SETTLE_SECONDS,
        )
        outcome = self._box(request, lambda: False, None).outcomes[:1]
        value = outcome[0].value if outcome and isinstance(outcome[0], Returned) else None
        if not isinstance(value, tuple) or value[0] < wanted or value[1:] != (0, True):
            raise DeviceLost(f"it could not be cleaned: {outcome!r}")
        os.pwrite(self._file, CLEAN, 0)

    def _settle(self, before: int) -> None:
        """Wait until the box before has given its memory back: what it still holds could not be zeroed."""
        end = time.monotonic() + SETTLE_SECONDS
        while self.device.used() > before + SETTLED:
            if time.monotonic() > end:
                raise DeviceLost("the memory of the box before was not given back")
            time.sleep(0.02)

    def _rest(self, why: str) -> None:
        self._why, self._resting_until = why, time.monotonic() + REST_SECONDS
        log.error("the GPU is lent to nobody for a while", extra={"why": why})


def _silent() -> None:
    """Nobody wants to hear of us."""
