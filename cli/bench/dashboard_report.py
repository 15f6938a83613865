"""What `grader bench dashboard` shows: a line for each page, the slowest first."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

MOST_MS = 500  # on the server, for a page


def show(figures: dict[str, Any]) -> None:
    """The pages, and whether all of them keep within the limit."""
    pages: dict[str, dict[str, float]] = figures["pages"]
    shown = Table(title=f"Pages for 300 students and 20 000 submissions, on {figures['database']}")
    shown.add_column("page", overflow="fold")
    for heading in ("queries", "KiB", "CPU ms", "p50 ms", "p95 ms", ""):
        shown.add_column(heading, justify="right")
    for path, row in sorted(pages.items(), key=lambda pair: -pair[1]["p95_ms"]):
        numbers = (f"{row[one]:.0f}" for one in ("queries", "kib", "cpu_ms", "p50_ms", "p95_ms"))
        name = path.removeprefix("/courses/crowd") or "(the course)"
        shown.add_row(name, *numbers, "✓" if row["p95_ms"] <= MOST_MS else "✗")
    console = Console()
    console.print(shown)
    slow = sum(row["p95_ms"] > MOST_MS for row in pages.values())
    verdict = f"✗ {slow} slower than {MOST_MS} ms" if slow else f"✓ all within {MOST_MS} ms"
    console.print(f"{verdict} (p95). The class was made in {figures['made_s']:.1f} s.")
