"""`grader bench judge`: our judge beside what one would use instead, in one run, on the same exercise and files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

FILES = {"light": "light.py", "torch": "torch_sized.py"}
CANDIDATES = ("judge", "bubblewrap", "pytest")
TARGETS: tuple[tuple[str, str, Callable[[dict[str, Any]], bool]], ...] = (
    ("overhead p50", "≤ 1.5 ms", lambda f: f["overhead_ms"]["p50"] <= 1.5),
    ("overhead p95", "≤ 5 ms", lambda f: f["overhead_ms"]["p95"] <= 5),
    ("light a second", "≥ 200", lambda f: f["per_second"]["light"] >= 200),
    ("torch-sized a second", "≥ 60", lambda f: f["per_second"]["torch"] >= 60),
    ("light against bubblewrap", "≥ 200 ×", lambda f: f["ratio_to_bubblewrap"]["light"] >= 200),
    ("torch against bubblewrap", "≥ 50 ×", lambda f: f["ratio_to_bubblewrap"]["torch"] >= 50),
    ("MiB a submission", "≤ 4", lambda f: f["mib_per_submission"] <= 4),
)
Measured = dict[tuple[str, str], dict[str, Any]]


@click.group()
def bench() -> None:
    """Measure speed, side by side with what one would use instead."""


@bench.command()
@click.option("--quick", is_flag=True, help="Fewer runs: ends within 45 s.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def judge(quick: bool, as_json: bool) -> None:
    """The judge, pytest in bubblewrap and pytest, on a light (2 ms) and a torch-sized (20 ms) file."""
    measured = measure_all(quick)
    figures = summary(measured)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        show(measured, figures)


def measure_all(quick: bool) -> Measured:
    """Every candidate on every file, one after another, each in a fresh process."""
    found: Measured = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        for name in CANDIDATES:
            for size in FILES:
                progress.update(task, description=f"{name}, {size} file")
                found[name, size] = run_candidate(name, size, *plan(name, quick))
    return found


def plan(name: str, quick: bool) -> tuple[int, float]:
    """Runs alone, and seconds with all cores busy."""
    if name == "judge":
        return (100, 3.0) if quick else (500, 10.0)
    return (1, 0.1) if quick else (5, 10.0)


def run_candidate(name: str, size: str, runs: int, seconds: float) -> dict[str, Any]:
    """The figures of cli/bench/candidates.py for one candidate and file."""
    path = Path(__file__).parent / "peers" / FILES[size]
    line = [sys.executable, "-m", "cli.bench.candidates", name, str(path), str(runs), str(seconds)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"the measurement of {name} failed:\n{done.stderr.strip()}"
        raise RuntimeError(message)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def summary(measured: Measured) -> dict[str, Any]:
    """The figures that are published, over both files where they are one number."""
    ours = {size: measured["judge", size] for size in FILES}
    return {
        "overhead_ms": {
            "p50": ours["light"]["overhead_p50_ms"],
            "p95": ours["light"]["overhead_p95_ms"],
        },
        "overhead_torch_ms": {
            "p50": ours["torch"]["overhead_p50_ms"],
            "p95": ours["torch"]["overhead_p95_ms"],
        },
        "per_second": {size: ours[size]["per_second"] for size in FILES},
        "ratio_to_bubblewrap": {
            size: ours[size]["per_second"] / measured["bubblewrap", size]["per_second"] for size in FILES
        },
        "ratio_to_pytest": {size: ours[size]["per_second"] / measured["pytest", size]["per_second"] for size in FILES},
        "mib_per_submission": max(ours[size]["mib_per_submission"] for size in FILES),
    }


def show(measured: Measured, figures: dict[str, Any]) -> None:
    """Two tables: what was measured, and the targets."""
    console = Console()
    table = Table(title="One submission: product_gradient, 8 calls")
    for heading in ("candidate", "file", "p50 ms", "p95 ms", "a second", "CPU ms each", "peak MiB, all"):
        table.add_column(heading, justify="left" if heading in {"candidate", "file"} else "right")
    for (name, size), row in measured.items():
        numbers = (row["p50_ms"], row["p95_ms"], row["per_second"], row["cpu_ms"], row["mib"])
        table.add_row(name, size, *(f"{number:.4g}" for number in numbers))
    console.print(table)
    targets = Table(title="Targets")
    for heading in ("figure", "target", "measured", ""):
        targets.add_column(heading)
    for (what, target, reached), value in zip(TARGETS, _measured_values(figures), strict=True):
        targets.add_row(what, target, f"{value:.4g}", "✓ reached" if reached(figures) else "✗ missed")
    console.print(targets)


def _measured_values(figures: dict[str, Any]) -> list[float]:
    return [
        figures["overhead_ms"]["p50"],
        figures["overhead_ms"]["p95"],
        figures["per_second"]["light"],
        figures["per_second"]["torch"],
        figures["ratio_to_bubblewrap"]["light"],
        figures["ratio_to_bubblewrap"]["torch"],
        figures["mib_per_submission"],
    ]
