"""`grader check`: grade files of one's own in the box; and the schema of what it prints."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from pathlib import Path

import click

import assignments
from cli import assembly, words
from cli.formats import writing
from cli.formats.results import Results, Told
from cli.formats.writing import Wanted
from cli.guessing import Unclear, guess
from cli.options import SEED, language, usage, waiting
from cli.records import SCHEMA
from grader.files import Source, Unreadable, places, read_paths
from grader.messages import Language, Report, Text
from grader.showing import visible_line

GUESSED = Text(
    "exercise {name} guessed from the file; --exercise NAME to choose",
    "题目 {name} 由文件猜出；可用 --exercise NAME 指定",
)
OUT = click.Path(path_type=Path, dir_okay=False)


def seeded(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """The callback of `--seed`."""
    if value is None:
        return assembly.fresh_seed()
    if not re.fullmatch(SEED, value):
        raise click.BadParameter("a whole number of at most 20 digits, or 64 hexadecimal digits")
    return value


@click.command()
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", help="Which exercise. [default: guessed]")
@click.option("--seed", metavar="N", callback=seeded, help="Where inputs come from. [default: a fresh one, printed]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else (see `grader schema`).")
@click.option("--html", metavar="OUT", type=OUT, help="Also write a page with pictures.")
@click.option("--public", is_flag=True, help="Only the public checks, as in a student's repository.")
@writing.option
@language
def check(
    paths: tuple[Path, ...],
    exercise: str | None,
    seed: str,
    as_json: bool,
    html: Path | None,
    public: bool,
    formats: tuple[Wanted, ...],
    language: Language,
) -> int:
    """Grade .py and .ipynb files, a folder or a .zip of them, as ONE submission.

    Exit code: 0 all checks passed, 1 not all, 2 the command cannot be understood, 3 a fault of ours.
    """
    formats = writing.placed((Wanted("json"), *formats) if as_json else formats, assembly.surroundings(), language)
    try:
        source = read_paths(paths)
    except Unreadable as error:
        usage(error.text, language)
    name = named(exercise, language) if exercise else guessed(source, language)
    with waiting(f"{name}: {words.GRADING(language)}"):
        report = assembly.grade_locally(source, name, seed, public=public)
    if writing.talks(formats):
        print_report(report, language)
        if not exercise:
            click.secho(GUESSED(language).format(name=name), dim=True)
    if html:
        write_page(report, language, html)
    told = (Told(report, places(paths, source, assembly.repository())),)
    writing.tell(formats, Results(told, language, assembly.surroundings()))
    return 0 if succeeded(report, public=public) else 1


def succeeded(report: Report, *, public: bool) -> bool:
    """Whether everything passed that was to be run here."""
    run = [finding for finding in report.findings if finding.public or not public]
    return bool(run) and all(finding.passed for finding in run)


@click.command()
def schema() -> None:
    """Print the JSON schema of what `grader check --json` prints."""
    click.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)


def named(name: str, language: Language, among: Collection[str] = ()) -> str:
    """The exercise of this name, else a usage error that names its neighbours. among: others than those installed."""
    known = among or assignments.names()
    if name not in known:
        shown, near = visible_line(name, 60), difflib.get_close_matches(name, known, 3, 0.4)
        more_en = f"Did you mean {' or '.join(near)}?" if near else f"See `{assembly.command_name()} list`."
        more_zh = f"你指的是 {'、'.join(near)} 吗？" if near else f"请看 `{assembly.command_name()} list`。"
        usage(Text(f"There is no exercise {shown}. {more_en}", f"没有题目 {shown}。{more_zh}"), language)
    return name


def guessed(source: Source, language: Language) -> str:
    """The exercise that the files are for, else a usage error that lists the candidates."""
    found = guess(source.files, assignments.sheets())
    if isinstance(found, Unclear):
        usage(_with_candidates(found), language)
    return found.name


def _with_candidates(found: Unclear) -> Text:
    options = "\n".join(f"  --exercise {name}" for name in found.candidates)
    more = Text(
        f"Say which:\n{options}"
        if options
        else f"Name it with --exercise NAME; `{assembly.command_name()} list` shows them all.",
        f"请指明：\n{options}"
        if options
        else f"请用 --exercise NAME 指明；`{assembly.command_name()} list` 列出全部题目。",
    )
    return Text(f"{found.text.en} {more.en}", f"{found.text.zh}{more.zh}")


def print_report(report: Report, language: Language) -> None:
    """The report for eyes."""
    from cli.options import console
    from cli.terminal import show

    show(report, language, console())


def write_page(report: Report, language: Language, path: Path) -> None:
    """The page of `--html`, said on stderr. Raises FileError where it cannot be written."""
    from web.reports.page import page

    try:
        path.write_text(page(report, language), encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
    click.echo(words.WRITTEN(language).format(path=path), err=True)
