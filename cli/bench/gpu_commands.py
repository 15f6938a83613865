"""`grader bench gpu` and `grader bench margins`: what a GPU costs, and which share of its tolerance right work uses."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

ROWS = {
    "floor_ms": "CUDA's start in the child: a program that does nothing",
    "turn_ms": "the same, and the cleaning before the next",
    "gpu_ms": "two_layer_classifier, CPU and GPU",
    "cpu_ms": "two_layer_classifier, CPU alone",
}


@click.command()
@click.option("--quick", is_flag=True, help="Fewer runs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout and nothing else.")
def gpu(quick: bool, as_json: bool) -> None:
    """Latency and throughput of grading on a GPU, and the floor that CUDA's start sets. Says so where there is none."""
    from cli.bench import on_gpu

    figures = on_gpu.measure(10 if quick else 60)
    if as_json:
        click.echo(json.dumps(figures))
    elif "why" in figures:
        click.echo(f"Nothing was measured: {figures['why']}.")
    else:
        show(figures)


@click.command()
@click.option("--seeds", default=1000, show_default=True, help="How many draws of the inputs.")
@click.option("--device", default="cuda", show_default=True, help="As torch calls it; cpu tries the study out.")
def margins(seeds: int, device: str) -> None:
    """Right programs on a device against float64 on the CPU, as rows for docs/gpu.md. Says so where there is none."""
    from cli.bench import margins as study

    why = study.lacking(device)
    if why:
        click.echo(f"Nothing was measured: {why}.")
        return
    for line in study.table(seeds, device):
        click.echo(line)


def show(figures: dict[str, Any]) -> None:
    """What was measured, and on what."""
    machine = figures["machine"]
    title = f"{machine['gpu']}, driver {machine['driver']}, torch {machine['torch']}, {figures['runs']} runs"
    made = Table(title=title)
    for heading in ("", "p50 ms", "p95 ms"):
        made.add_column(heading, justify="right" if heading else "left")
    for key, words in ROWS.items():
        made.add_row(words, f"{figures[key]['p50']:.4g}", f"{figures[key]['p95']:.4g}")
    console = Console()
    console.print(made)
    console.print(f"{figures['per_second']:.3g} submissions a second, one after another.")
