"""One submission through everything but the site: Celery, the embedded broker, a worker process, the box, and back.

python -m cli.bench.through_queue FILE RUNS prints its figures as JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import assignments
from cli.bench.candidates import CORES, EXERCISE, PAUSE, submission
from cli.bench.measuring import latencies, quantile
from grader.messages import Began, Graded, Job, Message, Progress
from web.hearing import Hearing
from worker.broker import broker
from worker.settings import Settings
from worker.tasks import ask, make_app

PATIENCE = 60.0  # seconds for one answer, the first of which waits for torch
WARM = 20


def main() -> None:
    """Measure what the command line names."""
    _, path, runs = sys.argv
    job = Job("bench", "", 0, EXERCISE, assignments.find(EXERCISE).edition, (submission(Path(path)),), "1")
    with tempfile.TemporaryDirectory() as home, service(Settings(slots=CORES, home=Path(home))) as (send, wait):

        def once() -> None:
            send(job)
            wait()

        latencies(once, WARM)
        print(json.dumps(figures(latencies(once, int(runs), PAUSE), burst(job, int(runs), send, wait))))


def figures(alone: list[float], per_second: float) -> dict[str, Any]:
    """Milliseconds from before the job is sent until its report is read; submissions a second in a burst."""
    return {
        "p50_ms": statistics.median(alone) * 1e3,
        "p95_ms": quantile(alone, 0.95) * 1e3,
        "per_second": per_second,
    }


def burst(job: Job, count: int, send: Callable[[Job], None], wait: Callable[[], None]) -> float:
    """Submissions a second where all are sent at once, each with a seed of its own: no answer key is known yet."""
    started = time.perf_counter()
    for number in range(count):
        send(replace(job, seed=str(number)))
    for _ in range(count):
        wait()
    return count / (time.perf_counter() - started)


@contextmanager
def service(settings: Settings) -> Iterator[tuple[Callable[[Job], None], Callable[[], None]]]:
    """A broker and a worker; how to send a job, and how to wait for one report that earns everything."""
    environment = {"GRADER_HOME": str(settings.home), "GRADER_SLOTS": str(settings.slots)}
    with broker(settings) as url, worker(environment):
        app, messages = make_app(settings, url), heard(url)

        def wait() -> None:
            while isinstance(message := next(messages), Began | Progress):
                pass
            if not isinstance(message, Graded) or not message.report.all_passed:
                raise AssertionError(message)

        yield lambda job: ask(app, job), wait


def heard(url: str) -> Iterator[Message]:
    """One message after the other, as the site's recorder hears them. Raises TimeoutError where none comes any more."""
    with closing(Hearing(url)) as hearing:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for one in hearing.take(1, PATIENCE / 10):
                hearing.settle(one)
                yield from one.messages
                end = time.monotonic() + PATIENCE
    message = f"no answer for {PATIENCE:g} s"
    raise TimeoutError(message)


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """A worker process, ended by SIGTERM when the context ends."""
    log = Path(environment["GRADER_HOME"]) / "worker.log"
    line = ["env", "-u", "REDIS_URL", *(f"{name}={value}" for name, value in environment.items())]
    line += [sys.executable, "-m", "worker"]
    with log.open("wb") as said, subprocess.Popen(line, stdout=said, stderr=said) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
