"""The hostile suite's box and bookkeeping: one sandbox for all, and the figures of the promises at the end."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from worker.sandbox.launch import SPARE, Sandbox
from worker.settings import Settings

CANARY = "chainrule-canary-of-the-worker"
PROMISES = {
    "cheats": "programs that score more than allowed",
    "refused": "controls that score less than they deserve, or answer otherwise",
    "leaks": "probes that saw a secret, a reference, a neighbour, the network or the host",
    "late": "runs over the wall limit + 1 s",
    "left": "processes left 1 s after the verdict",
    "deaths": "deaths of the worker, or exceptions in it",
    "neighbours": "verdicts of an honest submission, graded beside, that changed",
    "differ": "three gradings of one submission with one seed that differ",
    "endings": "programs that ended otherwise than announced",
}
FIGURES = pytest.StashKey[Counter]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = Counter()


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    figures = config.stash[FIGURES]
    if not figures:
        return
    terminalreporter.section("promises")
    graded = ", ".join(f"{figures[kind]} {kind}" for kind in ("programs", "controls", "neighbour gradings"))
    terminalreporter.line(f"graded: {graded}")
    for name, promise in PROMISES.items():
        terminalreporter.line(f"{figures[f'broken: {name}']:5}  {promise}")


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Counter:
    return request.config.stash[FIGURES]


class Promises:
    """Counts broken promises; at the end of a `with` block the test fails with all of them."""

    def __init__(self, figures: Counter) -> None:
        self.figures, self.broken = figures, []

    def keep(self, promise: str, holds: bool, words: str) -> None:
        if not holds:
            self.figures[f"broken: {promise}"] += 1
            self.broken.append(f"{PROMISES[promise]}: {words}")

    def __enter__(self):
        return self.keep

    def __exit__(self, kind, *_):
        assert kind or not self.broken, "\n".join(self.broken)


@pytest.fixture
def promises(figures: Counter) -> Promises:
    return Promises(figures)


@pytest.fixture(scope="session")
def sandbox():
    """A worker with something to lose: a canary in its environment, its memory and its files."""
    os.environ["CHAINRULE_SECRET"] = CANARY
    with Sandbox(Settings(slots=2)) as made:
        yield made


class Household:
    """The processes in the boxes of this worker, as the host sees them. Other tests' boxes may live beside them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.boxes = SPARE * sandbox.settings.slots
        self.launchers: set[int] = set()

    def strangers(self, profiles: int) -> list[str]:
        """Processes in boxes that are no waiting box: all that is not first in its namespace, and boxes too many."""
        self.launchers |= {keeper._process.pid for keeper in self.sandbox._keepers.values() if keeper._process}
        first, others = [], []
        for pid in {below for launcher in self.launchers for below in descendants(launcher)}:
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                ids = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid"))
                if len(ids) - own_depth() == 3:
                    (first if ids[-1] == "1" else others).append(f"{pid} {status.split()[1]}")
        return others + first[: max(len(first) - profiles * self.boxes, 0)]

    def left_after(self, seconds: float, profiles: int) -> list[str]:
        """What is still there after so many seconds; returns as soon as nothing is."""
        end = time.monotonic() + seconds
        while (found := self.strangers(profiles)) and time.monotonic() < end:
            time.sleep(0.02)
        return found


def descendants(pid: int) -> list[int]:
    """All processes below this one."""
    found, waiting = [], [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*"):
            with contextlib.suppress(OSError):
                below = [int(word) for word in (task / "children").read_text().split()]
                found += below
                waiting += below
    return found


def own_depth() -> int:
    status = Path("/proc/self/status").read_text()
    return len(next(line for line in status.splitlines() if line.startswith("NSpid")).split()) - 1


@pytest.fixture(scope="session")
def household(sandbox: Sandbox) -> Household:
    return Household(sandbox)


class Neighbour(threading.Thread):
    """Has an honest submission graded again and again while something else happens."""

    def __init__(self, grade) -> None:
        super().__init__(daemon=True)
        self.grade, self.verdicts, self.stopped = grade, [], threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.verdicts.append(self.grade())
            except Exception as error:
                self.verdicts.append(repr(error))
            self.stopped.wait(0.05)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()


@pytest.fixture
def neighbour():
    return Neighbour
