"""`grader replay`: grade a recorded report again, with the files, edition and seed that it carries."""

from __future__ import annotations

from pathlib import Path

import click

import assignments
from cli import assembly
from cli.options import language, usage, waiting
from cli.records import NotARecord, Recorded, read_record, verdicts
from cli.words import GRADING
from grader import words
from grader.messages import Language, Report, Text

GONE = Text("There is no exercise {name} here any more.", "这里已经没有题目 {name}。")
CHANGED = Text(
    "The exercise has changed since: edition {old} then, {new} now. A difference may be due to that.",
    "题目在此之后改过：当时的版本是 {old}，现在是 {new}。结果不同可能由此而来。",
)
SAME = Text("The same verdict: {score}.", "结论相同：{score}。")
DIFFERENT = Text("Another verdict: {before} then, {now} now.", "结论不同：当时 {before}，现在 {now}。")
NONE = Text("not there", "没有这一项")


@click.command()
@click.argument("path", metavar="REPORT.json", type=click.Path(path_type=Path))
@language
def replay(path: Path, language: Language) -> int:
    """Grade again what `grader check --json` recorded. Exit code: 0 the same verdict, 1 another one."""
    try:
        recorded = read_record(path)
    except NotARecord as error:
        usage(error.text, language)
    if recorded.exercise not in assignments.names():
        usage(Text(*(text.format(name=recorded.exercise) for text in (GONE.en, GONE.zh))), language)
    with waiting(GRADING(language)):
        report = assembly.grade_locally(recorded.source, recorded.exercise, recorded.seed)
    return tell(recorded, report, language)


def tell(recorded: Recorded, report: Report, language: Language) -> int:
    """Say whether the edition and the verdicts are the same."""
    if recorded.edition != report.edition:
        click.echo(CHANGED(language).format(old=recorded.edition, new=report.edition))
    before, now = recorded.verdicts, verdicts(report)
    if before == now:
        click.echo(SAME(language).format(score=words.score(report.points, report.out_of, language)))
        return 0
    earned = sum(points for _, points in before.values())
    click.echo(DIFFERENT(language).format(before=words.amount(earned), now=words.amount(report.points)))
    for check in dict.fromkeys([*before, *now]):
        if before.get(check) != now.get(check):
            click.echo(f"  {check}: {_said(before.get(check), language)} → {_said(now.get(check), language)}")
    return 1


def _said(found: tuple[bool | None, float] | None, language: Language) -> str:
    if found is None:
        return NONE(language)
    _, shape, word = words.verdict(found[0])
    return f"{shape} {word(language)} ({words.amount(found[1])})"
