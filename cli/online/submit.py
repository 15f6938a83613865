"""`grader submit`: hand in, wait with a line of progress, and print the report as `check` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

import assignments
from cli import assembly
from cli.check import guessed, print_report
from cli.formats import writing
from cli.formats.results import Results, Told
from cli.formats.writing import Wanted
from cli.online import words
from cli.online.absent import instead
from cli.online.asking import SERVICE, plainly, service_of, signed_in
from cli.online.client import Client, Declined
from cli.online.handing_in import Counter, sent_name
from cli.online.origin import origin_of
from cli.options import language, usage
from cli.project import NAME, Project, Work, find_project, read_work
from cli.words import OUR_FAULT
from grader.files import Source, places
from grader.messages import Language, Report, Text
from grader.reading import Sheet
from grader.showing import visible_line

NOTHING = Text(
    f"Name the files to hand in, or make a {NAME}: `grader init-repo` does.",
    f"请指定要提交的文件，或者用 `grader init-repo` 生成 {NAME}。",
)
PATIENCE = 600.0  # seconds


@dataclass(frozen=True)
class Outcome:
    """What became of one exercise. report: None where nobody waited for it, or where none is; page: for people."""

    code: int
    report: Report | None = None
    page: str = ""


@click.command()
@click.argument("paths", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--exercise", metavar="NAME", help="Which exercise. [default: guessed; without files, all of the project]"
)
@click.option("--course", metavar="NAME", help="Which course. [default: chainrule.toml's, or the only one]")
@click.option("--wait", is_flag=True, help="Wait for the report and print it.")
@click.option("--patience", metavar="SECONDS", default=PATIENCE, show_default=True, type=click.FloatRange(0))
@SERVICE
@writing.option
@language
def submit(
    paths: tuple[Path, ...],
    exercise: str | None,
    course: str | None,
    wait: bool,
    patience: float,
    service: str | None,
    formats: tuple[Wanted, ...],
    language: Language,
) -> int:
    """Hand in FILEs as ONE submission, or without any what chainrule.toml names.

    The same files of the same commit are handed in once, however often this runs. Exit code: 0 all checks passed (or,
    without --wait, handed in), 1 not all, 2 refused, 3 a fault of ours: nothing is lost, run it again.
    """
    formats = writing.placed(formats, assembly.surroundings(), language)
    project = find_project(language)
    work = _work(paths, exercise, project, language)
    told: list[Told] = []
    codes = []
    with plainly(language):
        client = signed_in(service_of(service, language), language)
        named = course or (project.course if project else "") or course_of(client, language)
        for one, source in work:
            outcome = hand_in(counter(client, patience), named, one, source, wait=wait)
            codes.append(outcome.code)
            told += filter(None, [told_of(outcome, one, source)])
            if outcome.report and writing.talks(formats):
                print_report(outcome.report, language)
    writing.tell(formats, Results(tuple(told), language, assembly.surroundings()))
    return max(codes)


def _work(
    paths: tuple[Path, ...], exercise: str | None, project: Project | None, language: Language
) -> list[tuple[Work, Source]]:
    """What is handed in for which exercise."""
    if paths:
        source = read_work(Work(exercise or "", paths), None, language)
        return [(Work(exercise or guessed(source, language), paths), source)]
    if project is None:
        usage(NOTHING, language)
    wanted = [work for work in project.work if exercise in {None, work.exercise}]
    if not wanted:
        usage(Text(f"{NAME} does not name {exercise}.", f"{NAME} 中没有 {exercise}。"), language)
    return [(work, read_work(work, sheet_of(work.exercise), language)) for work in wanted]


def sheet_of(name: str) -> Sheet | None:
    """The sheet of an exercise that ships with the product; a course may have others."""
    return next((sheet for sheet in assignments.sheets() if sheet.name == name), None)


def course_of(client: Client, language: Language) -> str:
    """The course that the token is for, else the only one; a usage error where that is none. Raises as `ask` does."""
    with_one = client.ask("GET", "/whoami")[1].get("course")
    if with_one:
        return str(with_one)
    items: list[dict[str, Any]] = client.ask("GET", "/courses")[1].get("items", [])
    names = [str(item.get("course")) for item in items]
    if not names:
        usage(words.said(words.NO_COURSE, service=client.service), language)
    if len(names) > 1:
        usage(words.said(words.WHICH_COURSE, courses=visible_line(", ".join(names))), language)
    return names[0]


def counter(client: Client, patience: float) -> Counter:
    """Where to hand in, with a line of progress on stderr: rewritten on a terminal, else a line for every news."""
    said = [""]

    def tell(text: Text) -> None:
        line = text(client.language)
        if line != said[0]:
            click.echo(f"\r\033[K{line}" if sys.stderr.isatty() else line, err=True, nl=not sys.stderr.isatty())
        said[0] = line

    return Counter(client, patience, tell)


def hand_in(
    at: Counter, course: str, work: Work, source: Source, *, wait: bool, functions: dict[str, str] | None = None
) -> Outcome:
    """One exercise. Raises Cut, Declined, NotUnderstood."""
    language = at.client.language
    try:
        stand, again = at.hand_in(course, work.exercise, source, origin_of(work.paths))
    except Declined as error:
        text = instead(at.client, course, work.exercise) if error.status == 404 else None
        if text is None:
            raise
        raise Declined(error.status, error.kind, text) from error
    number = str(stand.get("number"))
    _say((words.THERE_ALREADY if again else words.HANDED_IN)(language).format(exercise=work.exercise, number=number))
    if wait:
        stand = at.wait(stand)
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    if stand.get("state") == "ours":
        _say(OUR_FAULT(language))
        _say(Text(**stand["text"])(language))
        return Outcome(3)
    if not wait:
        return Outcome(0)
    report = at.report(stand, functions or {})
    page = at.client.service + quote(str(stand.get("page", "")))
    _say(words.PAGE(language).format(page=page))
    if report is None:
        _say(words.UNPUBLISHED(language).format(exercise=work.exercise))
        return Outcome(0)
    return Outcome(0 if report.all_passed else 1, report, page)


def told_of(outcome: Outcome, work: Work, source: Source) -> Told | None:
    """The service's report, with where the files lie here and where it stands there; None where there is none."""
    if outcome.report is None:
        return None
    here = {sent_name(name): path for name, path in places(work.paths, source, assembly.repository()).items()}
    return Told(outcome.report, here, outcome.page)


def _say(line: str) -> None:
    click.echo(visible_line(line, 400), err=True)
