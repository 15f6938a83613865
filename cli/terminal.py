"""A report in the terminal: how much, which thought, where; then the checks, the remarks, the output."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Rich

from cli.sketches import sketch
from cli.wrapping import Prose
from grader import words
from grader.calls import File, Printed
from grader.describing import in_order, summary
from grader.formulas import plain
from grader.messages import LOCATED, Finding, Language, Remark, Report, Text, Thought
from grader.sentences import place
from grader.showing import first_lines, visible, visible_line

STYLES = {"passed": "green", "failed": "red", "not-run": "dim"}
LONGEST_OUTPUT = 15  # lines; the JSON and the page show the rest
WIDEST = 100


def show(report: Report, language: Language, console: Console) -> None:
    """Print the report, the same three answers first as on every page of the product."""
    console.width = min(console.width, WIDEST)
    for part in _parts(report, language, console.width):
        console.print(part)
        console.print()


def _parts(report: Report, language: Language, width: int) -> Iterator[RenderableType]:
    yield _heading(report, language, width)
    if report.trouble:
        yield _trouble(report.trouble, report.files, language)
    if report.thoughts:
        yield _thought(report.thoughts, language)
    if report.broken_laws and not report.thoughts:
        lines: list[RenderableType] = [_sentence(law, language) for law in report.broken_laws]
        yield _card(words.BROKEN_LAW(language), lines, "yellow")
    yield from _where(report, language, width)
    yield _section(words.CHECKS(language), _checks(report, language))
    if any(remark.code != LOCATED for remark in report.remarks):
        yield _section(words.REMARKS(language), _remarks(report, language))
    for title, printed in ((words.OUTPUT, report.stdout), (words.ERRORS, report.stderr)):
        if printed.text.strip():
            yield _section(title(language), _printed(printed, language))
    yield _foot(report, language)


# How much ---------------------------------------------------------------------------------------


def _heading(report: Report, language: Language, width: int) -> RenderableType:
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_row(Rich(plain(report.title(language)), style="bold"), Rich(report.exercise, style="dim"))
    score = words.score(report.points, report.out_of, language)
    style = "bold green" if report.all_passed else "bold"
    line = Rich(score, style=style)
    if report.all_passed:
        line.append(f"  {words.ALL_PASSED(language)}", style="green")
    return Group(grid, line, _bar(report.findings, min(width, 72)))


def _bar(findings: tuple[Finding, ...], width: int) -> Rich:
    """A piece for each check, as long as it is worth; its sign and its stroke say the verdict as well."""
    total = sum(finding.out_of for finding in findings) or 1.0
    bar = Rich()
    strokes = {"passed": "━", "failed": "╌", "not-run": "·"}
    for finding in findings:
        kind, shape, _ = words.verdict(finding.passed)
        length = max(round((width - 2 * len(findings)) * finding.out_of / total) - 1, 1)
        bar.append(f"{shape}{strokes[kind] * length} ", style=STYLES[kind])
    return bar


# Which thought ----------------------------------------------------------------------------------


def _thought(thoughts: tuple[Thought, ...], language: Language) -> RenderableType:
    """One card, a paragraph for each function that is thought wrongly."""
    lines: list[RenderableType] = []
    for thought in thoughts:
        lines += [Rich(), _sentence(thought.hint, language)] if lines else [_sentence(thought.hint, language)]
    return _card(f"{words.about(thoughts)(language)} · {words.codes(thoughts)}", lines, "magenta")


def _trouble(trouble: Remark, files: tuple[File, ...], language: Language) -> RenderableType:
    """Why nothing could be run, and the line that it is about."""
    lines: list[RenderableType] = [_sentence(trouble.text, language)]
    source = _source_line(trouble, files)
    if source:
        lines.append(Rich("│ ", style="dim").append(source, style="cyan"))
    return _card(words.TROUBLE(language), lines, "red")


def _card(title: str, lines: list[RenderableType], style: str) -> RenderableType:
    heading = Rich(title, style=f"bold {style}")
    wrapped = [Prose(line) if isinstance(line, Rich) else line for line in lines]
    return Panel(
        Group(*wrapped), title=heading, title_align="left", border_style=style, box=box.ROUNDED, padding=(0, 2)
    )


def _sentence(text: Text, language: Language) -> Rich:
    """Formulas as one writes them in a line, and what stands between backticks as code."""
    words_ = re.split(r"`([^`\n]+)`", plain(visible(text(language), 2000)))
    return Rich().join(Rich(part, style="cyan" if number % 2 else "") for number, part in enumerate(words_))


# Where ------------------------------------------------------------------------------------------


def _where(report: Report, language: Language, width: int) -> Iterator[RenderableType]:
    """The pictures in words and signs, and the first difference in a sentence."""
    if report.all_passed or report.trouble:
        return
    blocks: list[RenderableType] = []
    wrong = next((finding for finding in report.findings if finding.passed is False and finding.detail), None)
    if wrong and wrong.detail:
        blocks.append(Prose(_sentence(wrong.detail, language)))
    blocks += [_sentence(remark.text, language) for remark in report.remarks if remark.code == LOCATED]
    kinds: set[type] = set()
    for picture in in_order(report.pictures):
        drawn = None if type(picture) in kinds else sketch(picture, language, width - 4)
        if drawn:
            kinds.add(type(picture))  # one of each kind: the page has them all
            blocks += [Rich(), drawn, Prose(Rich(summary(picture)(language), style="italic"))]
    if blocks:
        yield _section(words.WHERE(language), Group(*blocks))


# Checks, remarks, output ------------------------------------------------------------------------


def _section(title: str, content: RenderableType) -> RenderableType:
    return Group(Rich(title, style="bold underline"), Padding(content, (0, 0, 0, 2)))


def _checks(report: Report, language: Language) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for finding in report.findings:
        kind, shape, word = words.verdict(finding.passed)
        share = f"{words.amount(finding.points)}/{words.amount(finding.out_of)}"
        title = _sentence(words.titled(finding), language)
        if finding.detail:
            detail = _sentence(finding.detail, language)
            detail.stylize("dim" if finding.passed is None else "")
            title = Rich("\n").join([title, Rich("└ ").append_text(detail)])
        table.add_row(Rich(f"{shape} {word(language)}", style=STYLES[kind]), share, Prose(title))
    return table


def _remarks(report: Report, language: Language) -> RenderableType:
    blocks: list[RenderableType] = []
    for remark in (remark for remark in report.remarks if remark.code != LOCATED):
        place_of = _place(remark, report.files, language)
        where = f"{place_of}{'：' if language == 'zh' else ': '}" if place_of else ""
        blocks.append(Prose(Rich("• ").append(where, style="bold").append_text(_sentence(remark.text, language))))
        source = _source_line(remark, report.files)
        if source:
            blocks.append(Rich("  │ ", style="dim").append(source, style="cyan"))
    return Group(*blocks)


def _place(remark: Remark, files: tuple[File, ...], language: Language) -> str:
    if not remark.line:
        return ""
    where = place(remark.line, remark.file, files)(language)
    several = len(files) > 1 and remark.file
    return f"{visible_line(remark.file)} {where}" if several else where


def _source_line(remark: Remark, files: tuple[File, ...]) -> str:
    """The line that a remark is about, as the student wrote it."""
    file = next((file for file in files if file.name == remark.file), files[0] if len(files) == 1 else None)
    lines = file.text.split("\n") if file else []
    if not remark.line or remark.line > len(lines):
        return ""
    return visible_line(lines[remark.line - 1].strip(), 100)


def _printed(printed: Printed, language: Language) -> RenderableType:
    text, more = first_lines(printed.text, LONGEST_OUTPUT)
    block = Rich(visible(text, 4000), overflow="fold")
    if more:
        block.append("\n" + words.MORE_LINES(language).format(count=more), style="dim")
    if printed.dropped:
        block.append("\n" + words.DROPPED(language).format(count=printed.dropped), style="dim")
    return block


def _foot(report: Report, language: Language) -> RenderableType:
    """What makes it repeatable, and how long it took; where the service keeps these to itself, not even the words."""
    taken = report.seconds
    time = words.TIME(language).format(wall=words.duration(taken.wall), cpu=words.duration(taken.cpu))
    seed = f"{words.SEED(language)} {report.seed}"
    parts = (seed if report.seed else "", f"{words.EDITION(language)} {report.edition}", time if taken.wall else "")
    return Prose(Rich(" · ".join(filter(None, parts)), style="dim"))
