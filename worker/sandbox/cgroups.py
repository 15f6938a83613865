"""One control group a box, of version 1 or 2 as the machine has it: memory without swap, processes, CPU.

Version 1 has a directory in each controller's tree, version 2 one for all; `Group` hides which. Where none can
be written, `open_tree` gives None, and the launcher falls back to rlimits and a watcher and says so.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000  # microseconds, of the CPU quota
PATIENCE = 100  # times 10 ms
PREFIX = "chainrule"
TOKEN = secrets.token_hex(4)  # two containers may share the tree, and have the same process ids


@dataclass(frozen=True)
class Limits:
    """memory in bytes; processes and threads together; cores as a fraction."""

    memory: int
    processes: int
    cores: float
    nodes: tuple[str, ...] = ()  # of a device


@dataclass(frozen=True)
class Group:
    """The group of one slot, used for one box after another."""

    version: int
    places: dict[str, Path]  # controller -> directory; in version 2 all the same

    def set_limits(self, limits: Limits) -> None:
        """Raises OSError where the kernel refuses memory or processes."""
        quota = int(limits.cores * PERIOD)
        if self.version == 1:
            self._write("memory", "memory.limit_in_bytes", limits.memory)
            with contextlib.suppress(OSError):  # there only where the kernel accounts for swap
                self._write("memory", "memory.memsw.limit_in_bytes", limits.memory)
            self._write("pids", "pids.max", limits.processes)
            with contextlib.suppress(OSError, KeyError):
                self._write("cpu", "cpu.cfs_period_us", PERIOD)
                self._write("cpu", "cpu.cfs_quota_us", quota)
            return
        self._write("memory", "memory.max", limits.memory)
        with contextlib.suppress(OSError):
            self._write("memory", "memory.swap.max", 0)
        self._write("pids", "pids.max", limits.processes)
        with contextlib.suppress(OSError):
            self._write("cpu", "cpu.max", f"{quota} {PERIOD}")

    def attach(self, pid: int) -> None:
        """Move a process, with all that it will start, into the group."""
        for place in set(self.places.values()):
            (place / "cgroup.procs").write_text(str(pid))

    def begin(self) -> None:
        """Forget the peak of the box before."""
        if self.version == 1:
            self._write("memory", "memory.max_usage_in_bytes", 0)

    def cpu_seconds(self) -> float:
        """CPU used by all boxes of this group so far."""
        if self.version == 1:
            place = self.places.get("cpuacct")
            return int((place / "cpuacct.usage").read_text()) / 1e9 if place else 0.0
        return self._counter("cpu", "cpu.stat", "usage_usec") / 1e6

    def oom_kills(self) -> int:
        """How often the kernel has killed in this group for want of memory, the group's own or the machine's."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return self._counter("memory", name, "oom_kill")

    def limit_hits(self) -> int:
        """How often the memory limit of this very group was reached; in version 1 whether it was since `begin`."""
        if self.version == 1:
            limit = int((self.places["memory"] / "memory.limit_in_bytes").read_text())
            return int(self.peak_memory() >= limit)
        return self._counter("memory", "memory.events", "max")

    def peak_memory(self) -> int:
        """The most bytes charged to this group, 0 where the kernel does not say."""
        name = "memory.max_usage_in_bytes" if self.version == 1 else "memory.peak"
        with contextlib.suppress(OSError):
            return int((self.places["memory"] / name).read_text())
        return 0

    def kill(self) -> None:
        """SIGKILL to whatever of ours is still in it; what lives in another pid namespace is listed as 0."""
        with contextlib.suppress(FileNotFoundError):
            for pid in map(int, (self.places["pids"] / "cgroup.procs").read_text().split()):
                with contextlib.suppress(ProcessLookupError):
                    if pid:
                        os.kill(pid, signal.SIGKILL)

    def dissolve(self) -> None:
        """Kill what is left and remove the group; the kernel may need a moment for the last exits."""
        for place in set(self.places.values()):
            for _ in range(PATIENCE):
                try:
                    place.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    self.kill()
                    time.sleep(0.01)
                else:
                    break

    def _write(self, controller: str, name: str, value: object) -> None:
        (self.places[controller] / name).write_text(str(value))

    def _counter(self, controller: str, name: str, field: str) -> int:
        lines = (self.places[controller] / name).read_text().splitlines()
        return next((int(words[1]) for words in map(str.split, lines) if words[0] == field), 0)


@dataclass(frozen=True)
class Tree:
    """Where groups can be made: the directory of each controller."""

    version: int
    parents: dict[str, Path]

    def group(self, label: str) -> Group:
        """A new, empty group of this process. Raises OSError."""
        name = f"{PREFIX}-{os.getpid()}-{TOKEN}-{label}"
        places = {controller: parent / name for controller, parent in self.parents.items()}
        for place in set(places.values()):
            place.mkdir(exist_ok=True)
        return Group(self.version, places)

    def sweep(self) -> None:
        """Remove the groups of launchers that were killed; those with a process in them stay."""
        for parent in set(self.parents.values()):
            for place in parent.glob(f"{PREFIX}-*"):
                owner = re.fullmatch(rf"{PREFIX}-(\d+)-.*", place.name)
                if owner and not Path(f"/proc/{owner[1]}").exists():
                    with contextlib.suppress(OSError):
                        place.rmdir()


def open_tree(root: Path = ROOT, own: str | None = None) -> Tree | None:
    """The tree of this machine in which we can make groups, tried with a real one; None where there is none."""
    text = Path("/proc/self/cgroup").read_text(encoding="ascii") if own is None else own
    for tree in (_version_1(root), *_version_2(root, text)):
        if tree and _works(tree):
            tree.sweep()
            return tree
    return None


def _version_1(root: Path) -> Tree | None:
    parents = {name: root / name for name in ("memory", "pids", "cpu", "cpuacct") if (root / name / "tasks").exists()}
    return Tree(1, parents) if {"memory", "pids"} <= parents.keys() else None


def _version_2(root: Path, own: str) -> list[Tree]:
    """The top (we are root, or in a container of our own), then the group above ours (a delegated one)."""
    paths = [line.split("::", 1)[1] for line in own.splitlines() if line.startswith("0::")]
    above = [root / path.strip("/") for path in paths]
    candidates = [root, *(place.parent for place in above if place != root)]
    return [Tree(2, dict.fromkeys(("memory", "pids", "cpu"), place)) for place in candidates if _delegates(place)]


def _delegates(place: Path) -> bool:
    """Whether memory and pids can be limited below `place`, switched on if need be."""
    switch = place / "cgroup.subtree_control"
    with contextlib.suppress(OSError):
        if {"memory", "pids"} <= set(switch.read_text().split()):
            return True
        switch.write_text("+memory +pids")
        with contextlib.suppress(OSError):
            switch.write_text("+cpu")
        return {"memory", "pids"} <= set(switch.read_text().split())
    return False


def _works(tree: Tree) -> bool:
    try:
        group = tree.group("try")
    except OSError:
        return False
    try:
        group.set_limits(Limits(64 << 20, 8, 1.0))
    except OSError:
        return False
    else:
        return True
    finally:
        group.dissolve()
