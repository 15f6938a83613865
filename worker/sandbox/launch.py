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
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from grader.calls import Profile, Ran, Request
from grader.errors import DeviceLost
from grader.messages import Text
from worker.sandbox import conversation
from worker.sandbox.box import Box, SandboxUnavailable
from worker.sandbox.cgroups import Limits, Tree, open_tree
from worker.sandbox.jail import command, compile_filter, users
from worker.sandbox.keeper import Keeper, broken
from worker.sandbox.view import view
from worker.settings import Settings

if TYPE_CHECKING:
    from worker.devices.lending import Lender
    from worker.devices.nvidia import Device

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
        self.lender: Lender | None = None

    def __enter__(self) -> Self:
        self._tree = open_tree()
        sys.setswitchinterval(min(sys.getswitchinterval(), QUICK_TURNS))
        if "gpu" in self.settings.devices:
            self.lender = self._lender()
        return self

    def _lender(self) -> Lender:
        """Who lends the GPU, looked for where the settings promise one. Raises SandboxUnavailable."""
        from worker.devices import lending, nvidia  # noqa: PLC0415 - a worker without a GPU has no use for these

        device = nvidia.STAND_IN if self.settings.gpu is None else nvidia.find(self.settings.gpu)
        folder = self.settings.home / "devices" / str("stand-in" if self.settings.gpu is None else self.settings.gpu)
        return lending.Lender(device, folder, self.settings.gpu_memory, self._run)

    def __exit__(self, *_: object) -> None:
        if self.lender:
            self.lender.close()
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
        """What came of a request, within its `seconds` of wall clock. Raises SandboxUnavailable, DeviceLost.

        `heard` is told from half a second on, every half second, how many calls have been answered.
        """
        if request.profile != "gpu":
            return self._run(request, None, heard)
        if self.lender is None:
            raise DeviceLost("this machine lends no GPU")
        return self.lender.run(request, heard)

    def _run(self, request: Request, watch: conversation.Watch | None, heard: conversation.Heard | None) -> Ran:
        keeper = self._keeper(request.profile)
        box = self._take(keeper)
        try:
            ran = conversation.talk(box, request, self.settings, heard, watch)
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
            seen, device = view(profile), self._device(profile)
        except (OSError, RuntimeError, ImportError) as error:  # no libseccomp, no ldd
            raise broken(str(error)) from error
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process that writes it
        line = command(seen, theirs.fileno(), *((device.nodes, device.libraries) if device else ()))

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
        visible = len({name.partition("/")[0] for name in [*_read(device), "self", "1"]}) if device else 0
        keeper = Keeper(start, ours, errors, self._tree, self._limits(device), self._boxes(profile), visible)
        keeper.start()
        return keeper

    def _device(self, profile: Profile) -> Device | None:
        return self.lender.device if profile == "gpu" and self.lender else None

    def _boxes(self, profile: Profile) -> int:
        return SPARE * (1 if profile == "gpu" else self.settings.slots)

    def _limits(self, device: Device | None) -> Limits:
        memory = self.settings.gpu_host_memory if device else self.settings.memory
        return Limits(memory, self.settings.processes, 1.0, device.nodes if device else ())

    def _configuration(self, profile: Profile) -> dict[str, Any]:
        boxes, device = self._boxes(profile), self._device(profile)
        ids, inside = users(boxes, profile)
        processes = self.settings.processes
        limits = {"FSIZE": self.settings.scratch, "NOFILE": 128, "CORE": 0, "STACK": 64 << 20, "MSGQUEUE": 0}
        limits["NPROC"] = processes if len(inside) > 1 else processes * boxes
        driver = bool(device and device.nodes)
        if device:
            limits["NOFILE"] = 1024
        elif self._tree is None:
            limits["DATA"] = self.settings.memory
        return {
            "profile": profile,
            "device": device.torch if device else "",
            "read": _read(device),
            "ids": ids,
            "users": inside,
            "limits": limits,
            "scratch": self.settings.scratch,
            "scratch_files": self.settings.scratch_files,
            "filter": compile_filter(device=driver, shared=driver or self.has_groups).hex(),
        }


def _read(device: Device | None) -> list[str]:
    """What a box with this device sees of /proc, as far as this machine has it."""
    return [name for name in device.read if Path("/proc", name).exists()] if device else []
