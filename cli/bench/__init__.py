"""`grader bench judge`: our judge beside what one would use instead, in one run, on the same exercise and files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.bench import dashboard_report, gpu_commands, on_runner, service_report

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
QUEUE_COLUMNS = {"p50_ms": "p50 ms", "p95_ms": "p95 ms", "per_second": "a second"}
COLUMNS = {**QUEUE_COLUMNS, "cpu_ms": "CPU ms each", "mib": "peak MiB, all"}
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


@bench.command()
@click.option("--quick", is_flag=True, help="Fewer runs: ends within a minute.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def queue(quick: bool, as_json: bool) -> None:
    """The judge behind Celery and the embedded broker, beside the judge alone, on the same two files."""
    import celery  # noqa: F401 - the command says what to install where it is missing

    runs, seconds = (100, 3.0) if quick else (500, 10.0)
    measured: Measured = {}
    for size, file in FILES.items():
        path = str(Path(__file__).parent / "peers" / file)
        measured["judge", size] = run_candidate("judge", size, runs, seconds)
        measured["queue", size] = run_module("through_queue", path, str(runs))
    if as_json:
        click.echo(json.dumps({size: {name: measured[name, size] for name in ("judge", "queue")} for size in FILES}))
    else:
        Console().print(table(measured, "One submission of product_gradient", QUEUE_COLUMNS))


@bench.command()
@click.option("--cold/--warm", default=True, help="--warm: only the last, in the environment that is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def ci(cold: bool, as_json: bool) -> None:
    """A push as a bare runner checks it: from nothing, with a kept environment, and again."""
    found = list(on_runner.measure(cold=cold))
    if as_json:
        figures = {one.name: {"seconds": one.wall, "cpu_seconds": one.cpu, "bytes": one.size} for one in found}
        click.echo(json.dumps(figures))
    else:
        on_runner.show(found)


@bench.command()
@click.option("--quick", is_flag=True, help="Fewer runs: ends within two minutes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
@click.option("--browser", default=lambda: shutil.which("chromium") or "", help="The path of a chromium; '' for none.")
def service(quick: bool, as_json: bool, browser: str) -> None:
    """The whole service, HTTP to score, beside pytest in bubblewrap and the judge alone, on a torch-sized file."""
    import flask  # noqa: F401 - likewise

    runs, seconds, burst = (60, 8.0, 500) if quick else (300, 30.0, 500)
    path = str(Path(__file__).parent / "peers" / FILES["torch"])
    measured = {name: run_candidate(name, "torch", *plan(name, quick)) for name in ("bubblewrap", "judge")}
    figures = run_module("service", path, str(runs), str(seconds), str(burst), browser)
    figures["judge_per_second"] = measured["judge"]["per_second"]
    figures["ratio_to_bubblewrap"] = figures["per_second"] / measured["bubblewrap"]["per_second"]
    if as_json:
        click.echo(json.dumps(figures))
    else:
        service_report.show(figures)


@bench.command()
@click.option("--quick", is_flag=True, help="Fewer runs: ends within half a minute.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
@click.option("--database", default="", help="The address of an empty database; SQLite in a new folder if not given.")
def dashboard(quick: bool, as_json: bool, database: str) -> None:
    """Every page of those who teach, with a class of 300 students and 20 000 submissions."""
    import flask  # noqa: F401 - likewise

    figures = run_module("dashboard", "5" if quick else "40", database)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        dashboard_report.show(figures)


bench.add_command(gpu_commands.gpu)
bench.add_command(gpu_commands.margins)


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
        return (60, 2.0) if quick else (500, 10.0)
    return (1, 0.1) if quick else (5, 10.0)


def run_candidate(name: str, size: str, runs: int, seconds: float) -> dict[str, Any]:
    """The figures of cli/bench/candidates.py for one candidate and file."""
    path = Path(__file__).parent / "peers" / FILES[size]
    return run_module("candidates", name, str(path), str(runs), str(seconds))


def run_module(module: str, *arguments: str) -> dict[str, Any]:
    """The figures that a module of this package prints, run in a process of its own."""
    line = [sys.executable, "-m", f"cli.bench.{module}", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"the measurement failed: {' '.join(arguments)}\n{done.stderr.strip()}"
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
    console.print(table(measured, "One submission of product_gradient", COLUMNS))
    targets = Table(title="Targets")
    for heading in ("figure", "target", "measured", ""):
        targets.add_column(heading)
    for (what, target, reached), value in zip(TARGETS, _measured_values(figures), strict=True):
        targets.add_row(what, target, f"{value:.4g}", "✓ reached" if reached(figures) else "✗ missed")
    console.print(targets)


def table(measured: Measured, title: str, columns: dict[str, str]) -> Table:
    """A row for every candidate and file, a column for every figure."""
    made = Table(title=title)
    for heading in ("candidate", "file"):
        made.add_column(heading)
    for heading in columns.values():
        made.add_column(heading, justify="right")
    for (name, size), row in measured.items():
        made.add_row(name, size, *(f"{row[figure]:.4g}" for figure in columns))
    return made


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
