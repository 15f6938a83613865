"""Grading on a GPU: the floor that CUDA's start in the child sets, latency beside the CPU alone, submissions a second.

python -m cli.bench.on_gpu RUNS prints its figures as JSON, or why there are none.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import assignments
from cli.bench.measuring import quantile
from grader.calls import Call, File, Request
from grader.grading import grade
from grader.messages import Job
from worker.devices.nvidia import Device
from worker.sandbox.launch import Sandbox, SandboxUnavailable
from worker.settings import Settings

EXERCISE = "two_layer_classifier"
RIGHT = Path(__file__).parent / "peers" / "classifier.py"
WARM = 3  # runs that are not counted: the first loads the driver's code from the disk
NOTHING = "import torch\ndef nothing(x):\n    return x\n"


def main() -> None:
    """Measure what the command line names."""
    print(json.dumps(measure(int(sys.argv[1]))))


def measure(runs: int, *, gpu: int | None = 0) -> dict[str, Any]:
    """All figures, in milliseconds unless they say otherwise; {"why": …} where no GPU can be lent."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(slots=2, home=Path(home), devices=("cpu", "gpu"), gpu=gpu)
        try:
            with Sandbox(settings) as sandbox:
                return _figures(sandbox, sandbox.lender.device, runs) if sandbox.lender else {"why": "no GPU is lent"}
        except SandboxUnavailable as lacking:
            return {"why": str(lacking)}


def _figures(sandbox: Sandbox, device: Device, runs: int) -> dict[str, Any]:
    nothing = Request((File("nothing.py", NOTHING),), (Call("nothing", (1.0,), "gpu"),), ("nothing",), profile="gpu")
    job = Job("bench", "", 0, EXERCISE, assignments.find(EXERCISE).edition, (_right(),), "1", device="gpu")
    floor: list[float] = []
    turn = _times(lambda: floor.append(1e3 * sandbox.run(nothing).seconds.wall), runs)
    started = time.perf_counter()
    on_gpu = _times(lambda: _graded(job, sandbox), runs)
    taken = time.perf_counter() - started
    on_cpu = _times(lambda: _graded(replace(job, device="cpu"), sandbox), runs)
    return {
        "machine": {"gpu": device.name, "driver": device.driver, "torch": torch.__version__, "cpu": platform.machine()},
        "runs": runs,
        "floor_ms": _spread(floor[WARM:]),  # from the request to the answer of a program that does nothing
        "turn_ms": _spread(turn),  # the same, with the cleaning before the next
        "gpu_ms": _spread(on_gpu),
        "cpu_ms": _spread(on_cpu),
        "per_second": (runs + WARM) / taken,
    }


def _right() -> File:
    return File(RIGHT.name, RIGHT.read_text(encoding="utf-8"))


def _graded(job: Job, sandbox: Sandbox) -> None:
    report = grade(job, assignments.find(job.exercise), sandbox.run)
    ran = {finding.device for finding in report.findings if finding.passed}
    if report.points < report.out_of or job.device not in ran:
        message = f"the file of the benchmark earns {report.points} of {report.out_of} on {sorted(ran)}"
        raise AssertionError(message)


def _times(once: Callable[[], None], runs: int) -> list[float]:
    """Milliseconds of each run after the first few, one after another."""
    found = []
    for _ in range(WARM + runs):
        began = time.perf_counter()
        once()
        found.append(1e3 * (time.perf_counter() - began))
    return found[WARM:]


def _spread(values: list[float]) -> dict[str, float]:
    return {"p50": quantile(values, 0.5), "p95": quantile(values, 0.95)}


if __name__ == "__main__":
    main()
