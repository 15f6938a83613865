"""`grader regrade FOLDER --preview`: judge stored submissions by the present edition: who gains, who loses, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import assignments
from cli import assembly, words
from cli.options import language, usage
from cli.regrade import telling
from cli.regrade.difference import Change, counts, score_of, seed_of
from cli.regrade.stored import NoArchive, Stored, read
from cli.verify import DIRECTORY, progress
from grader.calls import Profile
from grader.files import Unreadable, read_paths
from grader.messages import Language, Text
from grader.showing import visible_line

if TYPE_CHECKING:
    from grader.calls import Run
    from grader.exercise import Exercise

ONLY_PREVIEW = Text(
    "Here a regrade can only be looked at: add --preview. Grades are changed on the course's page, by people.",
    "这里只能预览重新评分：请加上 --preview。成绩要由人在课程页面上更改。",
)
UNKNOWN = Text("{folder} holds submissions of {names}, of which there is no exercise here.",
               "{folder} 里有 {names} 的提交，但这里没有这些题目。")  # fmt: skip
FORMATS: dict[str, Callable[[tuple[Change, ...], Language], str]] = {
    "json": lambda changes, _: telling.as_json(changes),
    "markdown": telling.markdown,  # added to the file, as a step's summary is
    "scores": lambda changes, _: telling.scores(changes),
}
Wanted = tuple[str, Path | None]


def parsed(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[Wanted, ...]:
    """The callback of `--format`: names, and the files that they go to; one may go to stdout."""
    found = [value.partition(":") for value in values]
    for name, _sign, _file in found:
        if name not in FORMATS:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}")
    if sum(not file for _name, _sign, file in found) > 1:
        raise click.BadParameter("only one can go to stdout; name a file: NAME:FILE")
    return tuple((name, Path(file) if file else None) for name, _sign, file in found)


@click.command()
@click.argument("folder", metavar="FOLDER", type=DIRECTORY)
@click.option("--preview", is_flag=True, help="Only say what would change. (There is nothing else.)")
@click.option("--exercises", metavar="DIR", type=DIRECTORY, help="Exercises of your own. [default: those installed]")
@click.option("--only", metavar="NAME", multiple=True, help="Only this exercise; may be given more than once.")
@click.option(
    "--format",
    "formats",
    metavar="NAME[:FILE]",
    multiple=True,
    callback=parsed,
    help=f"Tell it in this format; may be given more than once. One of {', '.join(FORMATS)}.",
)
@click.option("--fail-on-loss", is_flag=True, help="End with 1 where somebody loses points.")
@language
def regrade(
    folder: Path,
    preview: bool,
    exercises: Path | None,
    only: tuple[str, ...],
    formats: tuple[Wanted, ...],
    fail_on_loss: bool,
    language: Language,
) -> int:
    """Judge the submissions in FOLDER again, and compare with the scores that they had.

    FOLDER is a course's archive, or submissions/EXERCISE/STUDENT/NUMBER/ with the scores.json beside it that
    `--format scores:FOLDER/scores.json` writes. They are judged in the box, by the seeds they had: what differs is due
    to the exercise. Exit code: 0, or 1 with --fail-on-loss where somebody loses.
    """
    if not preview:
        usage(ONLY_PREVIEW, language)
    changes = tuple(judged(_read(folder, only, language), exercises or assignments.HERE, folder, language))
    if all(file for _, file in formats):
        click.echo(telling.lines(changes, language), nl=False)
    for name, file in formats:
        _write(file, FORMATS[name](changes, language), "a" if name == "markdown" else "w", language)
    return 1 if fail_on_loss and counts(changes)["loses"] + counts(changes)["unreadable"] else 0


def judged(stored: Iterable[Stored], directory: Path, folder: Path, language: Language) -> Iterator[Change]:
    """What becomes of each. Raises SandboxUnavailable, ExerciseError."""
    sheets = {sheet.name: sheet for sheet in assignments.sheets(directory)}
    waiting = sorted(stored, key=lambda one: one.exercise)  # stable: students and attempts keep their order
    missing = sorted({one.exercise for one in waiting} - sheets.keys())
    if missing:
        said = {"folder": folder, "names": visible_line(", ".join(missing), 200)}
        usage(Text(UNKNOWN.en.format(**said), UNKNOWN.zh.format(**said)), language)
    profile: Profile = (
        "torch" if any(sheets[one.exercise].options.get("profile") == "torch" for one in waiting) else "plain"
    )
    with assembly.box(profile) as run, progress([one.exercise for one in waiting]) as advance:
        known: dict[str, Exercise] = {}
        for one in waiting:
            advance(visible_line(f"{one.exercise}/{one.student}", 40))
            if one.exercise not in known:
                known[one.exercise] = assembly.exercise_in(one.exercise, directory)
            yield _change(one, known[one.exercise], run, language)


def _change(one: Stored, exercise: Exercise, run: Run, language: Language) -> Change:
    from grader.grading import grade

    try:
        source = read_paths((one.folder,))
    except Unreadable as error:
        return Change(one, None, error.text(language))
    report = grade(assembly.job_for(source, exercise, seed_of(one)), exercise, run)
    return Change(one, score_of(report), report.trouble.text(language) if report.trouble else "")


def _read(folder: Path, only: tuple[str, ...], language: Language) -> list[Stored]:
    try:
        return [one for one in read(folder) if not only or one.exercise in only]
    except NoArchive as error:
        usage(error.text, language)


def _write(path: Path | None, text: str, mode: str, language: Language) -> None:
    """Raises click.FileError."""
    if path is None:
        click.echo(text, nl=False)
        return
    try:
        with path.open(mode, encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
    click.echo(words.WRITTEN(language).format(path=path), err=True)
