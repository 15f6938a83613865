"""Boxes for student code: Sandbox.run(request) -> Ran.

Theory of operation. For each profile one warm process stands behind the outer wall (jail.py). A keeper thread
(keeper.py) orders children from it ahead of time and puts those that have proved to be closed on a shelf.
`run` takes a box from the shelf, talks to it (conversation.py), kills its pid namespace from outside and gives
the slot back to the keeper. Nothing in a box outlives its one request.
"""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any, Self

from grader.calls import Profile, Ran, Request
from grader.messages import Text
from worker.sandbox import conversation
from worker.sandbox.box import Box, SandboxUnavailable
from worker.sandbox.cgroups import Limits, Tree, open_tree
from worker.sandbox.jail import command, compile_filter, users
from worker.sandbox.keeper import Keeper, broken
from worker.sandbox.view import view
from worker.settings import Settings

__all__ = ["Sandbox", "SandboxUnavailable"]

START_SECONDS = 90.0  # for the warm process to import torch from a slow disk
QUICK_TURNS = 0.0005  # seconds after which a judging thread lets the keeper order the next box; 5 ms cost a tenth
SPARE = 2  # boxes for each slot: while one works the next one is made


class Sandbox:
    """Boxes for any number of threads. A context manager; leaving it ends every process it started."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._tree: Tree | None = None
        self._keepers: dict[Profile, Keeper] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._tree = open_tree()
        sys.setswitchinterval(min(sys.getswitchinterval(), QUICK_TURNS))
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for keeper in self._keepers.values():
                keeper.stop()
            self._keepers.clear()

    def warm_up(self, profile: Profile) -> None:
        """Begin to start a profile, without waiting for it. Raises SandboxUnavailable."""
        self._keeper(profile)

    @property
    def has_groups(self) -> bool:
        """Whether the limits are held by control groups, not by rlimits and a watcher."""
        return self._tree is not None

    def cpu_seconds(self) -> float:
        """CPU that boxes have used so far, where control groups measure it."""
        return sum(keeper.cpu_seconds() for keeper in self._keepers.values())

    def processes(self) -> tuple[int, ...]:
        """The first process of every box that lives now, ready or at work."""
        return tuple(pid for keeper in self._keepers.values() for pid in keeper.processes())

    def run(self, request: Request, heard: conversation.Heard | None = None) -> Ran:
        """What came of a request, within its `seconds` of wall clock. Raises SandboxUnavailable.

        `heard` is told from half a second on, every half second, how many calls have been answered.
        """
        keeper = self._keeper(request.profile)
        box = self._take(keeper)
        try:
            ran = conversation.talk(box, request, self.settings, heard)
            taken = ran.crashed and box.was_taken_for_memory()
        finally:
            keeper.retire(box)
        if taken:
            raise broken("this machine ran out of memory while a submission was at work")
        if ran.crashed and not keeper.is_well():
            keeper.stop()
            raise broken("it ended while a submission was at work")
        return ran

    def _take(self, keeper: Keeper) -> Box:
        try:
            while (box := keeper.lend(START_SECONDS)).has_ended():  # killed from outside while it waited
                keeper.retire(box)
        except queue.Empty:
            keeper.stop()  # the next run starts anew
            raise SandboxUnavailable(
                Text("the sandbox did not start in time", "沙箱没有及时启动"),
                Text(
                    "run `{grader} doctor` and look at the load of this machine",
                    "请运行 `{grader} doctor`，并查看机器负载",
                ),
            ) from None
        return box

    def _keeper(self, profile: Profile) -> Keeper:
        with self._lock:
            keeper = self._keepers.get(profile)
            if keeper is None or keeper.ended or not keeper.is_alive():
                keeper = self._start(profile)
                self._keepers[profile] = keeper
            return keeper

    def _start(self, profile: Profile) -> Keeper:
        try:
            configuration = json.dumps(self._configuration(profile)).encode()
            seen = view(profile)
        except (OSError, RuntimeError, ImportError) as error:  # no libseccomp, no ldd
            raise broken(str(error)) from error
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process that writes it
        line = command(seen, theirs.fileno())

        def start() -> subprocess.Popen[bytes]:
            with theirs:
                return subprocess.Popen(
                    line,
                    pass_fds=[theirs.fileno()],
                    env={},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                )

        ours.send(configuration)
        keeper = Keeper(start, ours, errors, self._tree, self._limits(), SPARE * self.settings.slots)
        keeper.start()
        return keeper

    def _limits(self) -> Limits:
        return Limits(self.settings.memory, self.settings.processes, cores=1.0)

    def _configuration(self, profile: Profile) -> dict[str, Any]:
        boxes = SPARE * self.settings.slots
        ids, inside = users(boxes, profile)
        processes = self.settings.processes
        limits = {"FSIZE": self.settings.scratch, "NOFILE": 128, "CORE": 0, "STACK": 64 << 20, "MSGQUEUE": 0}
        limits["NPROC"] = processes if len(inside) > 1 else processes * boxes
        if self._tree is None:
            limits["DATA"] = self.settings.memory
        return {
            "profile": profile,
            "device": "",
            "ids": ids,
            "users": inside,
            "limits": limits,
            "scratch": self.settings.scratch,
            "scratch_files": self.settings.scratch_files,
            "filter": compile_filter().hex(),
        }
