"""Right in any dress: many styles of one right thought earn everything, and mistakes as students make them are named.

The first line of each program says which: `# earns: full`, or `# names: M12 M14` for the misconceptions.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import assignments
from cli.assembly import job_for
from grader.files import read_paths
from grader.grading import grade

DRESS = Path(__file__).parent / "dress"
SEED = "7"


def announced(path: Path) -> list[str]:
    """The codes that the first line announces; none where it earns everything."""
    found = re.search(rb"# (?:earns: (full)|names: ((?:M\d\d ?)+))", path.read_bytes())
    assert found, f"{path} announces nothing"
    return (found[2] or b"").decode().split()


PROGRAMS = {
    f"{path.parent.name}/{path.name}": announced(path)
    for path in sorted(DRESS.glob("*/*"))
    if path.suffix in {".py", ".ipynb"}
}


@pytest.fixture(scope="module")
def sandbox():
    """One real box for all programs; it ends with this module, for others count the processes that live."""
    from worker.sandbox.launch import Sandbox
    from worker.settings import Settings

    with Sandbox(Settings.from_environment()) as sandbox:
        yield sandbox


def test_every_exercise_has_a_wardrobe_and_every_wardrobe_an_exercise():
    assert {path.name for path in DRESS.iterdir()} == set(assignments.names())


@pytest.mark.parametrize("name", assignments.names())
def test_there_are_five_right_and_eight_wrong_programs(name):
    codes = [bool(codes) for program, codes in PROGRAMS.items() if program.startswith(f"{name}/")]
    assert Counter(codes)[False] >= 5
    assert Counter(codes)[True] >= 8


@pytest.mark.box
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_earns_or_is_named_what_its_first_line_says(program, sandbox):
    exercise = assignments.find(program.partition("/")[0])
    source = read_paths((DRESS / program,))
    report = grade(job_for(source, exercise, SEED), exercise, sandbox.run)
    assert report.trouble is None
    assert sorted({thought.code for thought in report.thoughts}) == sorted(set(PROGRAMS[program]))
    assert (report.points == report.out_of) == (not PROGRAMS[program])
