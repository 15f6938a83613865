"""The summary of a step in Markdown, as GitHub shows it below a run: how much, which thought, then the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cli.formats.results import Results, Told, remarks
from grader import words
from grader.describing import in_order, shows_fault, summary
from grader.messages import LOCATED, Finding, Text

PAGE = Text("The whole report, on the course's page", "在课程页面查看完整报告")
LARGEST = 1_000_000  # bytes: GitHub drops a summary of more than a MiB
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$@<>&-])")
ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def write(results: Results) -> str:
    """What a student wrote is quoted so that none of it is markup."""
    text = "\n".join(line for told in results.told for line in _lines(results, told)) + "\n"
    return text.encode()[:LARGEST].decode(errors="ignore")


def _lines(results: Results, told: Told) -> Iterator[str]:
    report, language = told.report, results.language
    yield f"## {quoted(results.say(report.title))}"
    yield ""
    passed = f" {words.ALL_PASSED(language)}" if report.all_passed else ""
    yield f"**{words.score(report.points, report.out_of, language)}**{passed}"
    yield ""
    for thought in report.thoughts:
        hint = quoted(results.say(thought.hint))
        yield f"> **{words.about((thought,))(language)} · {thought.code}**  \n> {hint}"
        yield ""
    for picture in in_order(report.pictures):
        if shows_fault(picture):
            yield f"- {quoted(results.say(summary(picture)))}"
    yield ""
    yield f"| | {words.CHECKS(language)} | |\n|---|---|---:|"
    yield from (_row(results, told, finding) for finding in report.findings)
    yield ""
    shown = [remark for remark in remarks(report) if remark.code != LOCATED]
    yield from (f"- {quoted(results.say(remark.text))}" for remark in shown)
    yield ""
    if told.page:
        yield f"[{PAGE(language)}](<{told.page}>)"
        yield ""


def _row(results: Results, told: Told, finding: Finding) -> str:
    _, shape, word = words.verdict(finding.passed)
    title = quoted(results.say(finding.title))
    why = "" if finding.passed else f"<br>{quoted(results.why(told, finding))}"
    points = f"{words.amount(finding.points)}/{words.amount(finding.out_of)}"
    return f"| {shape} {word(results.language)} | {title}{why} | {points} |"


def quoted(text: str) -> str:
    """Text in Markdown that stands for itself, on one line."""
    flat = " ".join(text.split())
    return SPECIAL.sub(lambda found: ENTITIES.get(found[1], f"\\{found[1]}"), flat)
