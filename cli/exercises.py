"""`grader list`, `grader show` and `grader new-solution`: read as text, so they answer at once."""

from __future__ import annotations

from pathlib import Path

import click

import assignments
from cli import assembly, words
from cli.check import OUT, named
from cli.options import console, language
from grader.messages import Language, Text
from grader.reading import Sheet

EXISTS = Text(
    "{path} is there already. Use --force to write over it, or --to for another place.",
    "{path} 已经存在。用 --force 覆盖，或用 --to 另选位置。",
)
POINTS = Text("{points} points", "{points} 分")
TOTAL = Text("{count} exercises, {points} points", "共 {count} 题，{points} 分")
NEXT = Text("Edit it, then: {grader} check {path}", "写好之后运行：{grader} check {path}")


@click.command("list")
@language
def list_exercises(language: Language) -> None:
    """The course: its chapters, and the exercises of each with their points."""
    from rich.table import Table
    from rich.text import Text as Rich

    from cli.wrapping import Prose

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for chapter, sheets in assignments.chapters().items():
        table.add_row(Rich(assignments.chapter_title(chapter)(language), style="bold"))
        for sheet in sheets:
            points = Rich(POINTS(language).format(points=f"{sheet.points:g}"), style="dim")
            table.add_row(f"  {sheet.name}", points, Prose(Rich(_title(sheet, language))))
        table.add_row("")
    console().print(table)
    worth = [sheet.points for sheet in assignments.sheets()]
    console().print(TOTAL(language).format(count=len(worth), points=f"{sum(worth):g}"), style="dim")


@click.command("show")
@click.argument("name")
@language
def show_exercise(name: str, language: Language) -> None:
    """The statement of an exercise, with what it is marked by."""
    from cli.statement import statement

    sheet = _sheet(named(name, language))
    target = console()
    target.width = min(target.width, 96)
    target.print(statement(sheet, language))


@click.command("new-solution")
@click.argument("name")
@click.option("--to", metavar="FILE", type=OUT, help="Where. [default: NAME.py here]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@language
def new_solution(name: str, to: Path | None, force: bool, language: Language) -> None:
    """Write the file that a solution starts from."""
    sheet = _sheet(named(name, language))
    path = to or Path(f"{sheet.name}.py")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(sheet.starter_in(language))
    except FileExistsError:
        raise click.UsageError(EXISTS(language).format(path=path)) from None
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
    click.echo(words.WRITTEN(language).format(path=path))
    click.echo(NEXT(language).format(grader=assembly.command_name(), path=path))


def _sheet(name: str) -> Sheet:
    return next(sheet for sheet in assignments.sheets() if sheet.name == name)


def _title(sheet: Sheet, language: Language) -> str:
    from grader.formulas import plain

    return plain(sheet.title(language))
