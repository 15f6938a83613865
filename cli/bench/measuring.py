"""How the figures are taken: latencies, submissions a second, CPU seconds, memory. No verdicts here."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from worker.sandbox.cgroups import Group, open_tree

Once = Callable[[], None]


@dataclass(frozen=True)
class Figures:
    """One candidate on one file. Milliseconds alone on the machine; a second and CPU with all cores busy."""

    p50_ms: float
    p95_ms: float
    per_second: float
    cpu_ms: float
    mib: float


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def latencies(once: Once, count: int, pause: float = 0.0) -> list[float]:
    """Seconds of each of `count` runs, one after another."""
    found = []
    for _ in range(count):
        started = time.perf_counter()
        once()
        found.append(time.perf_counter() - started)
        time.sleep(pause)
    return found


def rate(once: Once, seconds: float, threads: int) -> tuple[float, int]:
    """Runs a second with several threads busy for at least `seconds`, and how many runs that were."""
    counts = [0] * threads
    started = time.perf_counter()

    def work(place: int) -> None:
        while time.perf_counter() < started + seconds:
            once()
            counts[place] += 1

    crew = [threading.Thread(target=work, args=(place,)) for place in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return sum(counts) / (time.perf_counter() - started), sum(counts)


def measure(once: Once, *, runs: int, seconds: float, threads: int, meter: Meter) -> Figures:
    """All figures of one candidate: first alone, then with all cores busy."""
    alone = latencies(once, runs)
    before = meter.cpu_seconds()
    per_second, count = rate(once, seconds, threads)
    return Figures(
        statistics.median(alone) * 1e3,
        quantile(alone, 0.95) * 1e3,
        per_second,
        (meter.cpu_seconds() - before) / max(count, 1) * 1e3,
        meter.peak_mib(),
    )


class Meter:
    """CPU and memory of everything that this process starts, grandchildren included.

    By a control group where one can be had. Without one only CPU of children that were waited for is known.
    """

    def __init__(self, group: Group | None) -> None:
        self._group = group

    def cpu_seconds(self) -> float:
        if self._group:
            return self._group.cpu_seconds()
        return sum(os.times()[:4])

    def peak_mib(self) -> float:
        return self._group.peak_memory() / 2**20 if self._group else 0.0


def metered() -> Meter:
    """Put this process into a control group of its own, for good."""
    tree = open_tree()
    if tree is None:
        return Meter(None)
    group = tree.group("bench")
    group.attach(os.getpid())
    return Meter(group)
