"""`grader bench dashboard`: every page of those who teach, measured at the size that is promised."""

from __future__ import annotations

import json

import pytest

from cli.bench import dashboard_report


def figures(p95: float) -> dict:
    row = {"queries": 14, "kib": 30.0, "cpu_ms": 70.0, "p50_ms": 80.0, "p95_ms": p95}
    return {"made_s": 4.5, "database": "sqlite", "pages": {"/courses/crowd/staff": row}}


@pytest.mark.parametrize(("p95", "verdict"), [(499.0, "✓ all within 500 ms"), (501.0, "✗ 1 slower than 500 ms")])
def test_the_verdict_is_about_the_slowest_of_twenty(capsys, p95, verdict):
    dashboard_report.show(figures(p95))
    said = capsys.readouterr().out
    assert verdict in said
    assert "/staff" in said


@pytest.mark.slow
def test_no_page_takes_half_a_second_of_a_processor_nor_asks_the_database_without_end(grader):
    """Wall-clock time is measured too, but a machine that does other things at the same time says little by it."""
    code, out, said = grader("bench", "dashboard", "--quick", "--json")
    assert code == 0, said
    pages = json.loads(out)["pages"]
    assert len(pages) > 12
    slow = {path: row for path, row in pages.items() if row["cpu_ms"] > 500 or row["queries"] > 30}
    assert slow == {}
