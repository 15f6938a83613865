"""One candidate on one file, in a process and a control group of its own: prints its figures as JSON.

python -m cli.bench.candidates judge|pytest|bubblewrap FILE RUNS SECONDS
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import assignments
from cli.bench.measuring import Meter, latencies, measure, metered, quantile
from grader.calls import File, Request
from grader.grading import grade
from grader.messages import Job, Report
from worker.sandbox.jail import bubblewrap
from worker.sandbox.launch import Sandbox
from worker.settings import Settings

EXERCISE = "product_gradient"
HAND_WRITTEN = Path(__file__).parent / "peers" / "hand_written.py"
CORES = len(os.sched_getaffinity(0))
PAUSE = 0.02  # seconds in which the next box gets ready, as it would between two students
AT_WORK = 0.02  # CPU seconds that a box has used which is at work, and a waiting one has not
TOGETHER = 8  # submissions at work at once when memory is measured


def main() -> None:
    """Measure what the command line names."""
    name, path, runs, seconds = sys.argv[1:]
    meter = metered()
    measured = CANDIDATES[name](Path(path), int(runs), float(seconds), meter)
    print(json.dumps(measured))


def judge(path: Path, runs: int, seconds: float, meter: Meter) -> dict[str, Any]:
    """Our judge: exercise, box, comparison, report; every layer on."""
    exercise = assignments.find(EXERCISE)
    job = Job("bench", "", 0, EXERCISE, exercise.edition, (submission(path),), "1")
    with Sandbox(Settings(slots=CORES)) as sandbox:

        def once() -> Report:
            report = grade(job, exercise, sandbox.run)
            if not report.all_passed:
                message = f"the file of the benchmark earns {report.points} of {report.out_of}: {report}"
                raise AssertionError(message)
            return report

        latencies(lambda: void(once()), 4 * TOGETHER)
        reports: list[Report] = []
        latencies(lambda: reports.append(once()), runs, PAUSE)
        over = [report.seconds.box * 1e3 for report in reports]
        figures = measure(
            lambda: void(once()), runs=runs, seconds=seconds, threads=CORES + 1, meter=_Sum(meter, sandbox)
        )
        return {
            **asdict(figures),
            "overhead_p50_ms": quantile(over, 0.5),
            "overhead_p95_ms": quantile(over, 0.95),
            "mib_per_submission": memory_together(path),
            "cgroups": sandbox.has_groups,
        }


def submission(path: Path) -> File:
    """The student's file, with its own work shared by as many calls as the exercise makes of it."""
    text = path.read_text(encoding="utf-8")
    return File(path.name, text.replace("CALLS = 8", f"CALLS = {len(_calls())}"))


class _Sum(Meter):
    """The launcher and the warm process, and on top of them the boxes, which have groups of their own."""

    def __init__(self, meter: Meter, sandbox: Sandbox) -> None:
        super().__init__(None)
        self._meter, self._sandbox = meter, sandbox

    def cpu_seconds(self) -> float:
        return self._meter.cpu_seconds() + self._sandbox.cpu_seconds()

    def peak_mib(self) -> float:
        return self._meter.peak_mib()


def void(_: object) -> None:
    """Forget a result."""


def memory_together(path: Path) -> float:
    """MiB that each of several submissions at work adds to the machine: private memory and page tables."""
    text = path.read_text(encoding="utf-8").replace("WORK = ", "WORK = 0.4 or ")
    request = Request(
        (File(path.name, text),), _calls()[:2], ("product_backward",), profile=_profile(text), seconds=30.0
    )
    with Sandbox(Settings(slots=TOGETHER // 2)) as sandbox:
        sandbox.run(replace(request, calls=request.calls[:1]))
        crew = [threading.Thread(target=sandbox.run, args=(request,)) for _ in range(TOGETHER)]
        for thread in crew:
            thread.start()
        time.sleep(1.5)
        sizes = [_private_mib(process) for process in sandbox.processes() if _worked(process) > AT_WORK]
        for thread in crew:
            thread.join()
    return max(sizes) if sizes else float("nan")


def _calls() -> Any:
    exercise = assignments.find(EXERCISE)
    return tuple(call for planned in exercise.plan("1") for call in planned.calls)


def _profile(text: str) -> Any:
    return "torch" if "import torch" in text else "plain"


def _worked(pid: int) -> float:
    """CPU seconds of a process so far."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _private_mib(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    wanted = ("Private_Clean:", "Private_Dirty:", "VmPTE:")
    return sum(int(line.split()[1]) for line in rollup + status if line.startswith(wanted)) / 1024


def fresh_pytest(path: Path, runs: int, seconds: float, meter: Meter) -> dict[str, Any]:
    """A hand-written test file, in a fresh pytest."""
    with folder(path) as place:
        return _peer([*PYTEST, str(place)], place, runs, seconds, meter)


def pytest_in_bubblewrap(path: Path, runs: int, seconds: float, meter: Meter) -> dict[str, Any]:
    """The same behind bubblewrap with every namespace of its own and the host's files, read-only."""
    with folder(path) as place:
        wall = [
            bubblewrap(),
            "--unshare-all",
            "--die-with-parent",
            "--ro-bind",
            "/",
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
        ]
        wall += ["--tmpfs", tempfile.gettempdir(), "--ro-bind", str(place), str(place), "--chdir", str(place)]
        return _peer([*wall, *PYTEST, str(place)], place, runs, seconds, meter)


AT_ITS_QUICKEST = ["env", "-u", "PYTHONDONTWRITEBYTECODE", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir"]


def _peer(line: list[str], place: Path, runs: int, seconds: float, meter: Meter) -> dict[str, Any]:
    line = [*AT_ITS_QUICKEST, *line, str(place / "test_hand_written.py")]

    def once() -> None:
        done = subprocess.run(line, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    if runs > 1:
        once()  # the files are in the page cache then, for every candidate alike; the quick bench knows they are
    return asdict(measure(once, runs=runs, seconds=seconds, threads=CORES, meter=meter))


@contextlib.contextmanager
def folder(path: Path) -> Iterator[Path]:
    """The student's file and the hand-written test beside each other."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        shutil.copy(path, place / "solution.py")
        shutil.copy(HAND_WRITTEN, place / "test_hand_written.py")
        yield place


CANDIDATES: dict[str, Callable[[Path, int, float, Meter], dict[str, Any]]] = {
    "judge": judge,
    "pytest": fresh_pytest,
    "bubblewrap": pytest_in_bubblewrap,
}

if __name__ == "__main__":
    main()
