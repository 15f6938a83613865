"""`grader verify`: the laws that hold for all exercises, for ours or for any directory of exercises."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import assignments
from cli import assembly
from cli.new_exercise import blanks
from cli.options import console, language, usage
from cli.proofs import Broken, OutOfTime, Proof, budget, late, tell_runner
from grader.errors import ExerciseError
from grader.messages import Language, Text
from grader.parts import name_of

if TYPE_CHECKING:
    from grader.exercise import Exercise

NOTHING = Text("{directory} holds no exercise.", "{directory} 里没有题目。")
HOLDS = Text("{count} laws hold", "{count} 条规律全部成立")
BREAKS = Text("{broken} of {count} laws broken", "{count} 条规律中有 {broken} 条不成立")
LOADS = Text("the module loads", "模块可以载入")
UNFINISHED = Text(
    "a good start: {count} lines with blanks (___) are left to fill in",
    "开头不错：还有 {count} 行的空白（___）要填",
)
NAMED = Text("named as", "识别为")
MATRIX = Text("which check catches which misconception", "哪项检查能发现哪种误解")
DIRECTORY = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=DIRECTORY)
@click.option("--seeds", metavar="N", default=20, show_default=True, type=click.IntRange(1), help="How many seeds.")
@click.option("--only", metavar="NAME", multiple=True, help="Only this exercise; may be given more than once.")
@click.option(
    "--minutes",
    metavar="M",
    type=click.FloatRange(0, min_open=True),
    help="A budget of time: what is not proved in it fails.",
)
@click.option("--matrix", is_flag=True, help="Also show which check catches which misconception.")
@click.option("--markdown", is_flag=True, help="Prove nothing, but print the page docs/misconceptions.md.")
@language
def verify(
    directory: Path | None,
    seeds: int,
    only: tuple[str, ...],
    minutes: float | None,
    matrix: bool,
    markdown: bool,
    language: Language,
) -> int:
    """Prove the laws for the exercises that ship with the product, or for those in DIR.

    The exercises in DIR are executed: give only directories that you trust. On GitHub, annotations and the step's
    summary are written unasked.
    """
    where = directory or assignments.HERE
    names = [sheet.name for sheet in assignments.sheets(where) if not only or sheet.name in only]
    if not names:
        usage(Text(NOTHING.en.format(directory=where), NOTHING.zh.format(directory=where)), language)
    paths = [assignments.path_of(name, where) for name in names]
    if markdown:
        return print_page(paths, seeds)
    proofs = list[Proof]()
    try:
        with budget(minutes), progress(names) as advance:
            for path in paths:
                advance(name_of(path))
                proofs.append(verify_one(path, seeds, matrix, language, console()))
    except OutOfTime:
        waiting = [Proof(name_of(path), path, (late(minutes, language),)) for path in paths[len(proofs) :]]
        for proof in waiting:
            _show(proof, 1, language, console())
        proofs += waiting
    tell_runner(proofs, assembly.surroundings(), assembly.repository(), language)
    return 1 if any(proof.broken for proof in proofs) else 0


def print_page(paths: list[Path], seeds: int) -> int:
    """Every misconception and what it is named, in Markdown."""
    from cli.misconceptions import page

    for piece in page([_exercise(path) for path in paths], seeds):
        click.echo(piece, nl=False)
    return 0


def verify_one(path: Path, seeds: int, matrix: bool, language: Language, target: Any) -> Proof:
    """Print and give what came of one exercise."""
    left = list(blanks(path))
    if left:
        target.print(unfinished(path, left, language), no_wrap=True, overflow="ellipsis")
        return Proof(name_of(path), path, (Broken(LOADS(language), UNFINISHED(language).format(count=len(left))),))
    exercise, results = _proved(path, seeds, language)
    proof = Proof(name_of(path), path, tuple(Broken(law, detail) for law, passed, detail in results if not passed))
    _show(proof, len(results), language, target)
    if matrix and exercise:
        target.print(catches(exercise, seeds, language))
    return proof


def _show(proof: Proof, count: int, language: Language, target: Any) -> None:
    from rich.text import Text as Rich

    shape, style = ("✗", "red") if proof.broken else ("✓", "green")
    line = Rich(f"{shape} ", style=style).append(proof.name, style="bold").append("  ")
    said = BREAKS if proof.broken else HOLDS
    target.print(line.append(said(language).format(count=count, broken=len(proof.broken))))
    for one in proof.broken:
        target.print(Rich(f"    ✗ {one.law}", style="red").append(f"  {one.detail}", style="default"))


def unfinished(path: Path, left: list[tuple[str, str]], language: Language) -> Any:
    """What is still to be filled in: nothing can be proved of a sheet with blanks."""
    from rich.text import Text as Rich

    lines = Rich("○ ", style="yellow").append(name_of(path), style="bold")
    lines.append("  " + UNFINISHED(language).format(count=len(left)), style="default")
    for place, line in left:
        lines.append(f"\n    {place}", style="dim").append(f"  {line}", style="default")
    return lines


def _proved(path: Path, seeds: int, language: Language) -> tuple[Exercise | None, list[tuple[str, bool, str]]]:
    """The exercise, and each law with its verdict. One that does not load breaks the law that it loads."""
    from grader.verifying import laws

    try:
        exercise = _exercise(path)
        return exercise, [(result.law, result.passed, result.detail) for result in laws(exercise, seeds)]
    except ExerciseError as error:
        return None, [(LOADS(language), False, str(error))]


def _exercise(path: Path) -> Exercise:
    inside = path.is_relative_to(assignments.HERE)
    return assignments.find(name_of(path)) if inside else assignments.load(path)


def catches(exercise: Exercise, seeds: int, language: Language) -> Any:
    """A table: a row for each misconception, a column for each check, ✗ where the check catches it; then its name."""
    from rich.padding import Padding
    from rich.table import Table

    from cli.misconceptions import verdicts
    from grader.verifying import matrix as named_as

    table = Table(box=None, header_style="dim", title=MATRIX(language), title_justify="left", title_style="dim")
    table.add_column("")
    for number, _ in enumerate(exercise.checks, start=1):
        table.add_column(str(number), justify="center")
    table.add_column(NAMED(language))
    names = named_as(exercise, seeds)
    for misconception in exercise.misconceptions:
        row = verdicts(exercise, misconception)
        counts = names[misconception].most_common()
        found = ", ".join(f"{_named(name, misconception.name)} {count}/{seeds}" for name, count in counts)
        table.add_row(f"{misconception.code} {misconception.name}", *row, found)
    return Padding(table, (0, 0, 1, 4))


def _named(found: str, own: str) -> str:
    return "✓" if found == own else found or "—"


@contextmanager
def progress(names: list[str]) -> Iterator[Callable[[str], None]]:
    """A bar on stderr, exercise by exercise; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.completed}/{task.total}")
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(names), completed=-1)
        yield lambda name: bar.update(task, description=name, advance=1)
