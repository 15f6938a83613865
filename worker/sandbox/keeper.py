"""Keeps ready boxes on the shelf: one thread, one selector, three events a box: ended, met, ordered anew."""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import queue
import selectors
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO

from grader.messages import Text
from worker.devices import rules
from worker.sandbox.box import SEE_DOCTOR, Box, NotNow, SandboxUnavailable
from worker.sandbox.cgroups import Group, Limits, Tree
from worker.sandbox.inside.wire import FrameError

Shelf = queue.Queue[Box | SandboxUnavailable]
PING = b"?"
PAUSES = (0.1, 0.3, 1.0)  # seconds before a box that was refused is ordered again
PATIENCE = 2.0  # seconds for the warm process to answer while it forks
_numbers = itertools.count()


class Keeper(threading.Thread):
    """The only one who speaks to a warm process. Its end is the end of all its boxes.

    It starts the process itself, because the kernel ends the wall with the very thread that built it.
    """

    def __init__(
        self,
        start: Callable[[], subprocess.Popen[bytes]],
        control: socket.socket,
        errors: IO[bytes],
        tree: Tree | None,
        limits: Limits,
        boxes: int,
        seen: int = 0,
    ) -> None:
        super().__init__(name="box-keeper", daemon=True)
        self.ended = False
        self._shelf: Shelf = queue.Queue()
        self._lent: set[int] = set()  # slots whose box is in the hands of a `run`, which alone may close it
        self._lock = threading.Lock()
        self._pong = threading.Event()
        self._start_process, self._control, self._errors, self._boxes, self._seen = start, control, errors, boxes, seen
        self._process: subprocess.Popen[bytes] | None = None
        self._groups = self._make_groups(tree, limits)
        self._retired: collections.deque[Box] = collections.deque()
        self._wake, self._woken = os.pipe()
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._heard)
        self._selector.register(self._wake, selectors.EVENT_READ, self._bury)
        os.set_blocking(self._wake, False)
        self._living: dict[int, Box] = {}
        self._refused: dict[int, int] = {}  # slot -> refusals in a row
        self._later: list[tuple[float, int]] = []  # when to order for a slot again

    def _make_groups(self, tree: Tree | None, limits: Limits) -> list[Group | None]:
        if tree is None:
            return [None] * self._boxes
        groups = [rules.only(tree.group(f"{next(_numbers)}-{slot}"), limits.nodes) for slot in range(self._boxes)]
        for group in groups:
            group.set_limits(limits)
        return list(groups)

    def lend(self, patience: float) -> Box:
        """A ready box; from any thread. Raises queue.Empty after `patience` seconds, SandboxUnavailable."""
        found = self._shelf.get(timeout=patience)
        if isinstance(found, SandboxUnavailable):
            self._shelf.put(found)  # for whoever else is waiting
            raise found
        with self._lock:
            if self.ended:
                raise broken("it ended")
            self._lent.add(found.slot)
        return found

    def retire(self, box: Box) -> None:
        """Take back a box that has been used; from any thread."""
        box.kill()
        with self._lock:
            self._lent.discard(box.slot)
            if self.ended:
                box.close()
                return
            self._retired.append(box)
            os.write(self._woken, b".")

    def is_well(self) -> bool:
        """Whether the warm process answers. Where it does not, boxes ended through us and not by themselves."""
        self._pong.clear()
        try:
            self._control.send(PING)
        except OSError:
            return False
        return self._pong.wait(PATIENCE) and not self.ended

    def stop(self) -> None:
        """End the warm process and with it all boxes; wait until nothing is left."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self.join()

    def cpu_seconds(self) -> float:
        """CPU of all boxes so far; nothing once all have ended."""
        with contextlib.suppress(OSError):
            return sum(group.cpu_seconds() for group in self._groups if group)
        return 0.0

    def processes(self) -> tuple[int, ...]:
        """The first process of every box that lives now."""
        return tuple(box.pid for box in tuple(self._living.values()) if box.pid)

    def run(self) -> None:
        try:
            self._process = self._start_process()
            self._serve()
        except OSError as error:  # no descriptors are left, no bubblewrap is there
            self._end(str(error))

    def _serve(self) -> None:
        while not self.ended:
            patience = max(self._later[0][0] - time.monotonic(), 0) if self._later else None
            for key, _ in self._selector.select(patience):
                react: Callable[[], None] = key.data
                if not self.ended:  # an event before this one may have been the last
                    react()
            self._order_what_is_due()

    def _heard(self) -> None:
        """The warm process is ready, or it is gone."""
        try:
            said = self._control.recv(16)
        except OSError:
            said = b""
        if said == PING:
            self._pong.set()
        elif said:
            for slot in range(self._boxes):
                self._order(slot)
        else:
            self._kill()
            self._errors.seek(0)
            words = self._errors.read(2000).decode(errors="replace").strip().splitlines()
            self._end(words[-1] if words else "it ended without a word")

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def _order_what_is_due(self) -> None:
        while self._later and not self.ended and time.monotonic() >= self._later[0][0]:
            self._order(self._later.pop(0)[1])

    def _order(self, slot: int) -> None:
        """Have a child forked for a slot, with a channel and two outputs of its own."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        stdout, stdout_in = os.pipe()
        stderr, stderr_in = os.pipe()
        box = Box(slot, self._groups[slot], ours, stdout, stderr)
        self._living[slot] = box
        with contextlib.suppress(OSError):  # the warm process is gone: its own event says so
            socket.send_fds(self._control, [str(slot).encode()], [theirs.fileno(), stdout_in, stderr_in])
        theirs.close()
        os.close(stdout_in)
        os.close(stderr_in)
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._meet(box))

    def _meet(self, box: Box) -> None:
        """The child reports that it is closed: onto the shelf with it."""
        self._selector.unregister(box.channel)
        try:
            box.meet(self._seen)
        except NotNow as refusal:
            self._try_again(box, refusal)
        except ProcessLookupError as error:  # it ended between two steps of ours
            self._try_again(box, broken(repr(error)))
        except SandboxUnavailable as refusal:
            self._fail(refusal)
        except (OSError, FrameError, KeyError, TypeError) as error:
            self._fail(broken(repr(error)))
        else:
            self._refused.pop(box.slot, None)
            self._shelf.put(box)

    def _try_again(self, box: Box, refusal: SandboxUnavailable) -> None:
        """Order another box in a moment, a few times: one refusal is no reason to end those that work."""
        refusals = self._refused.get(box.slot, 0)
        if refusals >= len(PAUSES):
            self._fail(refusal)
            return
        box.kill()
        box.close()
        self._living.pop(box.slot)
        self._refused[box.slot] = refusals + 1
        self._later = sorted([*self._later, (time.monotonic() + PAUSES[refusals], box.slot)])

    def _bury(self) -> None:
        """Wait for the end of the retired boxes without waiting."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        while self._retired:
            box = self._retired.popleft()
            self._selector.register(box.pidfd, selectors.EVENT_READ, lambda box=box: self._replace(box))

    def _replace(self, box: Box) -> None:
        self._selector.unregister(box.pidfd)
        box.close()
        self._order(box.slot)

    def _fail(self, refusal: SandboxUnavailable) -> None:
        self._shelf.put(refusal)
        self._kill()

    def _end(self, why: str) -> None:
        """Everything behind the wall ends with its first process. Boxes that are lent are closed by who has them."""
        self._kill()
        with self._lock:
            self.ended = True
            idle = [box for box in self._living.values() if box.slot not in self._lent]
        self._shelf.put(broken(why))
        self._selector.close()
        self._control.close()
        self._errors.close()
        os.close(self._wake)
        os.close(self._woken)
        for box in idle:
            box.kill()
            box.close()
        for group in filter(None, self._groups):
            with contextlib.suppress(OSError):
                group.dissolve()


def broken(why: str) -> SandboxUnavailable:
    """The warm process could not be started or is gone."""
    return SandboxUnavailable(
        Text(f"the sandbox could not be started, or is gone: {why}", f"沙箱无法启动，或者已经结束：{why}"),
        SEE_DOCTOR,
    )
