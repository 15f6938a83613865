"""What `grader bench service` shows: the targets, and where the time goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

PLACES = {"interface": "api_ms", "page": "page_ms"}
TARGETS: tuple[tuple[str, str, Callable[[dict[str, Any]], float], Callable[[float], bool]], ...] = (
    ("upload to score, interface, p95", "≤ 200 ms", lambda f: f["api_ms"]["p95"], lambda ms: ms <= 200),
    ("upload to score, page, p95", "≤ 500 ms", lambda f: f["page_ms"]["p95"], lambda ms: ms <= 500),
    ("submissions a second", "≥ 40", lambda f: f["per_second"], lambda rate: rate >= 40),
    ("lost of a burst of 500", "0", lambda f: f["burst"]["lost"], lambda lost: lost == 0),
)


def show(figures: dict[str, Any]) -> None:
    """The targets, and then where the time goes."""
    console, targets = Console(), Table(title="One torch-sized submission of product_gradient, HTTP to score")
    for heading in ("figure", "target", "measured", ""):
        targets.add_column(heading)
    for what, target, value_of, reached in TARGETS:
        if ", page," in what and "page_ms" not in figures:
            continue  # no browser
        value = value_of(figures)
        targets.add_row(what, target, f"{value:.4g}", "✓ reached" if reached(value) else "✗ missed")
    console.print(targets)
    medians = [f"{name} p50 {figures[key]['p50']:.0f} ms" for name, key in PLACES.items() if key in figures]
    console.print(" · ".join(medians))
    console.print(
        f"The judge alone {figures['judge_per_second']:.0f} a second; the service {figures['ratio_to_bubblewrap']:.0f} "
        f"times pytest in bubblewrap."
    )
    for title, key in (("When all is busy, on average", "steps_ms"), ("CPU of each submission", "cpu_ms_each")):
        console.print(f"{title}: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in figures[key].items()))
    burst = figures["burst"]
    times = f"accepted in {burst['accepted_s']:.1f} s, graded in {burst['graded_s']:.1f} s"
    console.print(f"Burst of {burst['submissions']}: {times}.")
