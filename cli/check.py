"""`grader check`: grade files of one's own in the box; and the schema of what it prints."""

from __future__ import annotations

import re
from pathlib import Path

import click

import assignments
from cli import assembly, words
from cli.guessing import Unclear, guess
from cli.options import SEED, language, usage, waiting
from cli.records import SCHEMA, written
from grader.files import Source, Unreadable, read_paths
from grader.messages import Language, Report, Text


def seeded(_: click.Context, __: click.Parameter, value: str | None) -> str:
    if value is None:
        return assembly.fresh_seed()
    if not re.fullmatch(SEED, value):
        raise click.BadParameter("a whole number of at most 20 digits, or 64 hexadecimal digits")
    return value


@click.command()
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", help="Which exercise. [default: guessed from the functions defined]")
@click.option("--seed", metavar="N", callback=seeded, help="What inputs are drawn from. [default: a fresh one, printed]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else (see `grader schema`).")
@click.option("--html", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page with pictures.")
@language
def check(  # noqa: PLR0913 - one parameter an option
    paths: tuple[Path, ...], exercise: str | None, seed: str, as_json: bool, html: Path | None, language: Language
) -> int:
    """Grade .py and .ipynb files, or a folder of them, as ONE submission.

    Exit code: 0 all checks passed, 1 not all, 2 the command cannot be understood, 3 a fault of ours.
    """
    try:
        source = read_paths(paths)
    except Unreadable as error:
        usage(error.text, language)
    name = named(exercise, language) if exercise else guessed(source, language)
    with waiting(f"{name}: {words.GRADING(language)}"):
        report = assembly.grade_locally(source, name, seed)
    if html:
        write_page(report, language, html)
    if as_json:
        click.echo(written(report, language))
    else:
        print_report(report, language, html)
    return 0 if report.all_passed else 1


@click.command()
def schema() -> None:
    """Print the JSON schema of what `grader check --json` prints."""
    click.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)


def named(name: str, language: Language) -> str:
    """The exercise of this name, else a usage error that names its neighbours."""
    import difflib

    known = assignments.names()
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, 3, 0.4) or list(known)
    usage(
        Text(
            f"There is no exercise {name}. Did you mean {' or '.join(near)}?" if len(near) < len(known) or len(near) < 4
            else f"There is no exercise {name}. See `grader list`.",
            f"没有题目 {name}。你指的是 {'、'.join(near)} 吗？" if len(near) < len(known) or len(near) < 4
            else f"没有题目 {name}。请看 `grader list`。",
        ),
        language,
    )


def guessed(source: Source, language: Language) -> str:
    """The exercise that the files are for, else a usage error that lists the candidates."""
    found = guess(source.files, assignments.sheets())
    if not isinstance(found, Unclear):
        return found.name
    options = "\n".join(f"  --exercise {name}" for name in found.candidates)
    more = Text(
        f"Say which:\n{options}" if options else "Name it with --exercise NAME; `grader list` shows them all.",
        f"请指明：\n{options}" if options else "请用 --exercise NAME 指明；`grader list` 列出全部题目。",
    )
    usage(Text(f"{found.text.en} {more.en}", f"{found.text.zh}{more.zh}"), language)


def print_report(report: Report, language: Language, page: Path | None) -> None:
    from cli.options import console
    from cli.terminal import show

    target = console()
    show(report, language, target)
    if page:
        target.print(words.WRITTEN(language).format(path=page), style="dim")


def write_page(report: Report, language: Language, path: Path) -> None:
    from cli.page import page

    try:
        path.write_text(page(report, language), encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
