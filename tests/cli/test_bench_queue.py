"""The benchmark of the queue measures what it says: every submission comes back with all its points, or it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PEERS = Path(__file__).parent.parent.parent / "cli" / "bench" / "peers"
LINE = (sys.executable, "-m", "cli.bench.through_queue")


@pytest.mark.service
def test_a_submission_is_timed_from_being_sent_to_its_report_being_read():
    done = subprocess.run([*LINE, PEERS / "light.py", "5"], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert 2 < found["p50_ms"] <= found["p95_ms"]  # the file alone works for 2 ms
    assert found["per_second"] > 0


@pytest.mark.service
def test_a_file_that_does_not_earn_everything_is_no_measurement(tmp_path):
    """The fastest judge is one that judges nothing."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def product_backward(x, w, upstream):\n    return x, w\n")
    done = subprocess.run([*LINE, wrong, "5"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "AssertionError" in done.stderr
