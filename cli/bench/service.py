"""The whole service, as `grader up` starts it, measured from outside: HTTP in, score out.

python -m cli.bench.service FILE RUNS SECONDS BURST BROWSER prints its figures as JSON. BROWSER: a path, or nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from cli.bench.candidates import CORES
from cli.bench.measuring import latencies, quantile
from cli.bench.on_page import on_page
from cli.bench.running import Student, running, student_of, tokens
from web.database.models import Grade, Submission
from web.services import Services, now

PATIENCE = 120.0  # seconds for the service to start, and for a burst to be graded
CLIENTS = 4 * CORES  # at a time, when all is busy
PAUSE = 0.05  # seconds between two students who are alone
WARM = 10


def main() -> None:
    """Measure what the command line names."""
    _, path, runs, seconds, burst, browser = sys.argv
    text = Path(path).read_text(encoding="utf-8")
    with running() as (home, address, services):
        students = [Student(address, token) for token in tokens(services)]
        latencies(lambda: void(students[0].score(text)), WARM)
        alone = in_turn(students, text, int(runs))
        per_second, cpu, steps = busy(home, services, students, text, float(seconds))
        figures = {
            "api_ms": {"p50": statistics.median(alone) * 1e3, "p95": quantile(alone, 0.95) * 1e3},
            "per_second": per_second,
            "cpu_ms_each": cpu,
            "steps_ms": steps,
            "burst": all_at_once(services, students, text, int(burst)),
        }
        if browser:
            shown = on_page(browser, f"http://{address}", student_of(home), text, max(int(runs) // 2, 10))
            figures["page_ms"] = {"p50": statistics.median(shown) * 1e3, "p95": quantile(shown, 0.95) * 1e3}
        print(json.dumps(figures))


def void(_: object) -> None:
    """For measuring what gives something back."""


# What is measured ---------------------------------------------------------------------------------


def in_turn(students: list[Student], text: str, runs: int) -> list[float]:
    """Seconds from before the upload until the score is known, one student after another."""
    turns = iter(students * (runs // len(students) + 1))
    return latencies(lambda: void(next(turns).score(text)), runs, PAUSE)


def busy(
    home: Path, services: Services, students: list[Student], text: str, seconds: float
) -> tuple[float, dict[str, float], dict[str, float]]:
    """Submissions a second with many students at it, CPU by part, and where a submission spends its time."""
    before, began, started = cpu_seconds(home), now(), time.perf_counter()
    counts = together(students, lambda student: student.score(text), started + seconds)
    took, after = time.perf_counter() - started, cpu_seconds(home)
    cpu = {part: (after[part] - before.get(part, 0.0)) / counts * 1e3 for part in after}
    return counts / took, cpu, steps(services, began)


def together(students: list[Student], act: Callable[[Student], object], until: float) -> int:
    """How often all clients did something in turn before a moment."""

    def work(place: int) -> int:
        done, mine = 0, students[place::CLIENTS]
        while time.perf_counter() < until:
            act(mine[done % len(mine)])
            done += 1
        return done

    return sum(crowd(work))


def crowd(work: Callable[[int], int]) -> list[int]:
    """What all clients, at it at the same time, come to. An error of one is raised."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, range(CLIENTS)))


def steps(services: Services, since: Any) -> dict[str, float]:
    """Milliseconds, on average: from the row until the grade is written, and how many of them in the box."""
    boxed = Grade.report["seconds"]["wall"].as_float()
    found = select(Submission.created_at, Grade.graded_at, boxed.label("boxed")).join(Submission.grades)
    with services.database.read() as session:
        rows = session.execute(found.where(Submission.created_at > since)).all()
    whole = [(row.graded_at - row.created_at).total_seconds() * 1e3 for row in rows]
    return {
        "from row to grade": statistics.fmean(whole),
        "in the box": statistics.fmean(row.boxed * 1e3 for row in rows),
    }


def all_at_once(services: Services, students: list[Student], text: str, count: int) -> dict[str, float]:
    """A burst: seconds until all are accepted and until all are graded; how many were lost."""
    accepted: list[str] = []
    started = time.perf_counter()

    def work(place: int) -> int:
        mine, share = students[place::CLIENTS], range(place, count, CLIENTS)
        accepted.extend(mine[n % len(mine)].hand_in(text) for n, _ in enumerate(share))
        return len(share)

    crowd(work)
    taken = time.perf_counter() - started
    graded = 0
    while graded < len(accepted) and time.perf_counter() < started + PATIENCE:
        time.sleep(0.1)
        graded = graded_of(services, accepted)
    return {
        "submissions": count,
        "accepted": len(accepted),
        "accepted_s": taken,
        "graded_s": time.perf_counter() - started,
        "lost": count - graded,
    }


def graded_of(services: Services, submissions: list[str]) -> int:
    """How many of these have exactly one grade."""
    graded = select(Grade.submission_id).where(Grade.submission_id.in_(submissions)).group_by(Grade.submission_id)
    with services.database.read() as session:
        return len(session.scalars(graded.having(func.count() == 1)).all())


def cpu_seconds(home: Path) -> dict[str, float]:
    """CPU used so far by each part of the service that works in a folder, and by what it has started."""
    found: dict[str, float] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            said = (place / "environ").read_bytes()
            if f"GRADER_HOME={home}".encode() not in said:
                continue
            part = part_of((place / "cmdline").read_bytes().decode(errors="replace"))
            times = (place / "stat").read_text().rpartition(")")[2].split()[11:15]
            found[part] = found.get(part, 0.0) + sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    return found


def part_of(command: str) -> str:
    """Which part a process is, by its command line."""
    words = {"web.recorder": "recorder", "web.reconciler": "reconciler", "gunicorn": "site", "valkey": "queue"}
    for word, part in words.items():
        if word in command:
            return part
    return "worker" if "worker" in command else "supervisor"


if __name__ == "__main__":
    main()
