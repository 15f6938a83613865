"""The quick tests' two processes: what they tell is what one would tell, and none goes missing unnoticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = "def test_passes(): pass\ndef test_passes_too(tmp_path, capsys): print('heard'); assert capsys.readouterr().out == 'heard\\n'\n"
MIXED = (
    "import pytest\ndef test_fails(): print('said before'); assert 1 == 2\ndef test_skips(): pytest.skip('not here')\n"
)
DYING = "import os\ndef test_passes(): pass\ndef test_dies(): os._exit(0)\ndef test_never_runs(): pass\n"

pytestmark = pytest.mark.slow


def run(folder: Path, *options: str, **files: str) -> tuple[int, str]:
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.cores", "--cores", "2", "--rootdir", str(folder)]
    ran = subprocess.run(
        [*command, "-c", "/dev/null", *options, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_all_are_run_and_counted(tmp_path):
    code, said = run(tmp_path, a=GOOD, b=GOOD, c=GOOD)
    assert (code, "6 passed" in said) == (0, True), said


def test_a_failure_is_shown_with_what_was_printed(tmp_path):
    code, said = run(tmp_path, a=GOOD, b=MIXED)
    assert (code, "1 failed, 2 passed, 1 skipped" in said, "said before" in said) == (1, True, True), said


def test_a_process_that_dies_fails_the_run_and_is_named(tmp_path):
    code, said = run(tmp_path, a=DYING, b=GOOD)
    assert (code, "test_a.py::test_dies" in said) == (1, True), said


def test_after_the_first_failure_it_stops_where_that_is_asked_for(tmp_path):
    code, said = run(tmp_path, "-x", a=MIXED)
    assert (code, "stopping after 1 failures" in said) == (1, True), said
