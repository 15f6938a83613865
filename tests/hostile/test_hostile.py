"""Every attack against every promise: points, ending, leaks, time, processes, the worker, the neighbours.

The first line of a program says what it deserves:

    # exercise: product_gradient; earns: nothing; ending: timeout or memory; seconds: 0.5; prints: refused

earns    at most `nothing`, `public` (the points of the public checks) or `all`; for a control exactly that
ending   why the first answer that is missing is missing (grader.calls.Reason), or `answered`
seconds  the time limit, 5 unless told
prints   words that must be on its stdout: proof that the attack was made
A probe that sees what it must not see prints `LEAK:` and what it was.
"""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

import assignments
from grader.calls import Failed, Ran
from grader.files import read_bytes
from grader.grading import grade
from grader.messages import Job, Report

pytestmark = pytest.mark.hostile

HERE = Path(__file__).parent
HONEST = b"def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"


@dataclass(frozen=True)
class Program:
    """A submission with what its first line says of it."""

    name: str
    content: bytes
    exercise: str = "product_gradient"
    earns: str = "nothing"
    ending: str = "answered"
    seconds: float = 5.0
    prints: str = ""

    def __str__(self) -> str:
        return self.name


def read_program(path: Path) -> Program:
    content = path.read_bytes()
    first = content.split(b"\n", 1)[0].decode().removeprefix("# ")
    said = dict(field.split(": ", 1) for field in first.split("; "))
    said["seconds"] = float(said.get("seconds", 5.0))
    if path.suffix == ".txt":
        return Program(f"{path.stem}.ipynb", as_notebook(content.decode()), **said)
    return Program(path.name, content, **said)


def as_notebook(text: str) -> bytes:
    """A notebook of the cells between `# %%` lines."""
    cells = []
    for block in text.split("# %%")[1:]:
        kind, _, source = block.partition("\n")
        cells.append({"cell_type": "markdown" if "markdown" in kind else "code", "source": source, "metadata": {}, "outputs": []})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def long_source(name: str, text: str, ending: str = "raised", **said) -> Program:
    return Program(f"source_{name}.py", text.encode("utf-8", "surrogatepass"), ending=ending, **said)


GUESS = "\ndef product_backward(x, w, upstream):\n    return 0.5, 0.5\n"
SOURCES = [
    long_source("brackets", "x = " + "(" * 10_000 + ")" * 10_000 + GUESS),
    long_source("brackets_unclosed", "[" * 100_000),
    long_source("minus_signs", "x = " + "-" * 100_000 + "1" + GUESS, "raised or crashed"),
    long_source("attributes", "x = print" + ".a" * 100_000 + GUESS, "raised or crashed"),
    long_source("sums", "x = " + "+".join("1" * 50_000) + GUESS, "raised or crashed or answered"),
    long_source("calls", "x = " + "print(" * 5_000 + ")" * 5_000 + GUESS),
    long_source("lambdas", "x = " + "lambda: " * 20_000 + "0" + GUESS, "raised or crashed"),
    long_source("blocks", "".join(" " * depth + "if 1:\n" for depth in range(300)) + " " * 300 + "pass\n" + GUESS),
    long_source("digits", "x = " + "9" * 1_000_000 + GUESS),
    long_source("one_line", "x = '" + "a" * 1_900_000 + "'" + GUESS, "answered"),
    long_source("many_lines", "\n" * 1_900_000 + GUESS, "answered", seconds=8),
    long_source("many_functions", "".join(f"def f{n}(): pass\n" for n in range(60_000)) + GUESS, "answered or timeout or raised"),
    long_source("many_names", "".join(f"x.{'a' * 1000}{n}\n" for n in range(1_800)) + GUESS, "crashed or raised"),
    long_source("folded", "x = 'a' * 10 ** 12 * 10 ** 12" + GUESS),
    long_source("f_strings", "x = " + "f'{" * 200 + "1" + "}'" * 200 + GUESS),
    long_source("nul", "x = '\0'" + GUESS, "raised or unreadable"),
    long_source("nul_at_the_end", GUESS + "\0", "raised or unreadable"),
    long_source("byte_order_marks", "\ufeff" * 3 + GUESS),
    long_source("bidi", "# \u202e ⁦if admin⁩\nx = '\u2066'" + GUESS, "answered"),
    long_source("half_a_character", "x = '\ud800'" + GUESS, "raised or unreadable"),
    long_source("cookie", "# -*- coding: utf-7 -*-\nx = '+AGE-'" + GUESS, "answered"),
    long_source("unknown_cookie", "# -*- coding: rot13 -*-" + GUESS, "answered"),
    long_source("form_feeds", "\f\v\x1c\x85\u2028" + GUESS, "answered or raised or unreadable"),
    long_source("tabs", "if 1:\n\tx = 1\n        y = 2\n" + GUESS),
    long_source("nothing", "", "missing or unreadable"),
    long_source("comments", "# all of it is right\n", "missing"),
    long_source("homoglyph", GUESS.replace("product_backward", "product_b\u0430ckward"), "missing"),
    long_source("python_2", "print 'hello'" + GUESS),
    long_source("pickle", "\x80\x04\x95c__builtin__\neval\n(S'1'\ntR.", "raised or unreadable"),
]
PROGRAMS = [*map(read_program, sorted((HERE / "programs").glob("*.py"))), *SOURCES]
CONTROLS = [read_program(path) for path in sorted((HERE / "controls").iterdir()) if path.suffix in {".py", ".txt"}]

KNOWN: dict[str, str] = {}  # name of a program -> why it is still open; counted in the table until it is closed


def attack(program: Program):
    reason = KNOWN.get(program.name)
    return pytest.param(program, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [], id=program.name)


@dataclass
class Graded:
    """One grading, with what came out of the box and how long all of it took."""

    report: Report | None
    ran: Ran | None
    wall: float
    fault: str = ""

    @property
    def ending(self) -> str:
        if self.ran is None:
            return "unreadable"
        failures = [o.reason for o in (self.ran.trouble, *self.ran.outcomes) if isinstance(o, Failed)]
        return failures[0] if failures else "answered"

    @property
    def points(self) -> float:
        return self.report.points if self.report else 0.0

    def said(self) -> str:
        """Everything that reaches a student."""
        return f"{self.ran!r} {[f.detail for f in self.report.findings]} {self.report.remarks}" if self.report else ""


def allowed(program: Program) -> float:
    exercise = assignments.find(program.exercise)
    return sum(check.points for check in exercise.checks if program.earns == "all" or (program.earns == "public" and check.public))


@pytest.fixture(scope="session")
def graded(sandbox, household):
    """graded(program): the program through the real box and the real judge."""

    def run_all(program: Program, seed: str = "5eed") -> Graded:
        kept: list[Ran] = []
        exercise = assignments.find(program.exercise)

        def run(request):
            kept.append(sandbox.run(dataclasses.replace(request, seconds=program.seconds)))
            return kept[-1]

        try:
            source = read_bytes(((program.name, program.content),))
        except Exception as refusal:
            assert type(refusal).__name__ == "Unreadable"
            return Graded(None, None, 0.0)
        job = Job("1", "ticket", 0, exercise.name, exercise.edition, source.files, seed, notes=source.notes)
        started = time.monotonic()
        try:
            report = grade(job, exercise, run)
        except Exception as error:
            return Graded(None, None, time.monotonic() - started, repr(error)[:300])
        return Graded(report, kept[0], time.monotonic() - started)

    for program in (Program("plain.py", HONEST), Program("torch.py", b"import torch\n" + HONEST)):
        assert run_all(program).report.all_passed
    return run_all


@pytest.mark.parametrize("program", [*map(attack, PROGRAMS)])
def test_an_attack_gains_nothing_and_harms_nobody(program, graded, household, neighbour, figures, promises):
    """No point, no leak, no delay, no process left, and an honest submission beside it keeps its verdict."""
    with promises as keep:
        honest = Program("honest.py", HONEST)
        with neighbour(lambda: graded(honest).points) as beside:
            result = graded(program)
        left = household.left_after(1.0, profiles=2)
        after = graded(honest)
        figures["programs"] += 1
        figures["neighbour gradings"] += len(beside.verdicts)
        most = allowed(program)
        full = allowed(dataclasses.replace(honest, earns="all"))
        keep("deaths", not result.fault and not after.fault, result.fault or after.fault)
        keep("cheats", result.points <= most, f"{program} earned {result.points} of at most {most}")
        keep("leaks", "LEAK" not in result.said(), leak_in(result.said()))
        keep("late", result.wall <= program.seconds + 1, f"{program} took {result.wall:.2f} s of {program.seconds}")
        keep("left", not left, str(left))
        keep("neighbours", all(v == full for v in (*beside.verdicts, after.points)), f"{set(beside.verdicts)}, then {after.points}")
        if not result.fault:
            keep("endings", result.ending in program.ending.split(" or "), f"{result.ending}: {summary(result)}")
            printed = result.ran.stdout.text if result.ran else ""
            keep("endings", program.prints in printed, f"{program.prints!r} is not in {printed[:300]!r}")


def leak_in(text: str) -> str:
    place = text.find("LEAK")
    return text[place : place + 300]


def summary(result: Graded) -> str:
    return str([o for o in (result.ran.trouble, *result.ran.outcomes) if o][:3])[:400] if result.ran else ""


@pytest.mark.parametrize("program", CONTROLS, ids=str)
def test_honest_work_in_any_style_earns_what_it_deserves_three_times(program, graded, figures, promises):
    """Controls earn exactly their points, and the same points and words each time."""
    with promises as keep:
        results = [graded(program) for _ in range(3)]
        figures["controls"] += 1
        for result in results:
            keep("deaths", not result.fault, result.fault)
            if not result.fault:
                earned = result.points == allowed(program) and result.ending == program.ending
                keep("refused", earned, f"{program}: {result.points}, {result.ending}: {summary(result)} {result.report.findings}")
                keep("refused", program.prints in result.ran.stdout.text, f"{program.prints!r} was not printed")
        keep("differ", len({verdict(result) for result in results}) == 1, f"{[verdict(result) for result in results]}")


def verdict(result: Graded) -> str:
    """All of a report that must not depend on the clock."""
    report = result.report
    return repr((report.findings, report.thoughts, report.remarks, report.trouble)) if report else result.fault


def test_nothing_passes_from_one_submission_to_the_next(graded, household, promises):
    """A program that leaves traces everywhere, often enough to meet every box again, never meets itself."""
    with promises as keep:
        for name in ("theft_of_neighbours_files.py", "echo_of_earlier_calls.py"):
            program = read_program(HERE / "programs" / name)
            for _ in range(3 * household.boxes):
                result = graded(program)
                keep("leaks", "LEAK" not in result.said(), leak_in(result.said()))


def test_a_hostile_program_draws_the_same_verdict_each_time(graded, promises):
    """Random numbers are seeded, so that even guesses repeat."""
    with promises as keep:
        program = read_program(HERE / "programs" / "guess_at_random.py")
        results = [graded(program) for _ in range(3)]
        keep("differ", len({repr(result.ran.outcomes) for result in results}) == 1, "guesses differ")
