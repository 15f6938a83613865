"""The page docs/misconceptions.md: every known wrong program, what is said to it, and what it is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.codes import ANYWHERE, CODES
from grader.exercise import Exercise, Misconception
from grader.rehearsing import grade_reply
from grader.verifying import matrix

HEAD = """# Misconceptions

<!-- Written by ./run grader verify --markdown > docs/misconceptions.md after each change (it takes
     minutes), and never by hand. -->

Every exercise carries the wrong programs that students are known to write. Each must lose points, and must be called by
its own name and no other: that is proved for every one of them, and this page is the proof, under {seeds} seeds.

## What the codes stand for

A code stands for a thought; the same thought may lead to several wrong programs.

| code | the thought | exercises |
|---|---|---|
"""
PROGRAMS = """
## All of them

The sentence is what the student reads; it leads to the thought and does not give the answer. A program that occurs in
several exercises has words of its own in each; the first stand here.

| code | name | what the student reads | exercises |
|---|---|---|---|
"""
MATRICES = """
## Who is named what

Rows are wrong programs. For every check of the exercise: ✗ not passed, · passed, ○ not run. Then how often the program
was called by its own name, and what else it was called.
"""


def page(exercises: list[Exercise], seeds: int) -> Iterator[str]:
    """The page in Markdown, piece by piece: the list of all misconceptions, then a matrix for each exercise."""
    yield HEAD.format(seeds=seeds)
    yield from codes(exercises)
    yield PROGRAMS
    for (code, name), places in sorted(_by_name(exercises).items()):
        hint = places[0].sheet.text("misconception", name).en.replace("|", "&#124;")
        yield f"| {code} | `{name}` | {hint} | {', '.join(f'`{place.name}`' for place in places)} |\n"
    yield MATRICES
    for exercise in exercises:
        yield f"\n### {exercise.sheet.title.en} (`{exercise.name}`)\n\n"
        yield from _matrix(exercise, seeds)


def codes(exercises: Iterable[Exercise]) -> Iterator[str]:
    """A row for each code: what it stands for, and where it occurs."""
    places: dict[str, list[str]] = {}
    for exercise in exercises:
        for code in dict.fromkeys(misconception.code for misconception in exercise.misconceptions):
            places.setdefault(code, []).append(f"`{exercise.name}`")
    for code, meaning in CODES.items():
        where = "any" if code in ANYWHERE else ", ".join(places.get(code, []))
        yield f"| {code} | {meaning.en} | {where} |\n"


def _by_name(exercises: Iterable[Exercise]) -> dict[tuple[str, str], list[Exercise]]:
    found: dict[tuple[str, str], list[Exercise]] = {}
    for exercise in exercises:
        for misconception in exercise.misconceptions:
            places = found.setdefault((misconception.code, misconception.name), [])
            places += [exercise] if exercise not in places else []
    return found


def _matrix(exercise: Exercise, seeds: int) -> Iterator[str]:
    named = matrix(exercise, seeds)
    yield f"| wrong program | {' | '.join(f'`{check.name}`' for check in exercise.checks)} | named | other names |\n"
    yield "|---" + "|:-:" * (len(exercise.checks) + 1) + "|---|\n"
    for misconception in exercise.misconceptions:
        counts = named[misconception]
        others = ", ".join(f"{name or 'none'} {count}" for name, count in counts.items() if name != misconception.name)
        own = f"{counts[misconception.name]}/{seeds}"
        marks = " | ".join(verdicts(exercise, misconception))
        program = f"{misconception.code} `{misconception.name}` in `{misconception.function}`"
        yield f"| {program} | {marks} | {own} | {others or '–'} |\n"


def verdicts(exercise: Exercise, misconception: Misconception) -> Iterator[str]:
    """For each check, whether it catches the misconception: ✗, · or ○."""
    report = grade_reply(exercise, "1", lambda call: exercise.answer(call, thinking=misconception))
    for finding in report.findings:
        yield {True: "·", False: "✗", None: "○"}[finding.passed]
