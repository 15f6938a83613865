"""A report as one self-contained page: no script, no asset, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cli import words
from cli.formulas import mathml, pieces, plain
from grader.calls import File
from grader.describing import in_order, short, summary
from grader.drawing import STYLE, Drawing, draw
from grader.messages import Finding, Graph, Language, Picture, Remark, Report, Trace
from grader.sentences import place
from grader.showing import visible, visible_line

HERE = Path(__file__).parent
MOST_LINES = 2000  # of each file


@dataclass(frozen=True)
class Line:
    """A line of the student's code, and the remarks that are about it."""

    number: int
    label: str
    text: str
    remarks: tuple[Remark, ...] = ()
    heading: str = ""  # where a notebook's cell begins


@dataclass(frozen=True)
class Shown:
    """A picture on the page: its drawings, the sentence below, and whether it shows something wrong."""

    kind: str
    title: str
    drawings: tuple[Drawing, ...]
    words: str
    rows: tuple[tuple[str, str, str, bool], ...] = ()  # of a trace: step, got, expected, first wrong


def page(report: Report, language: Language) -> str:
    """The whole HTML document."""
    style = (HERE / "report.css").read_text(encoding="utf-8") + STYLE
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(formulas=formulas, visible=visible, visible_line=visible_line, amount=words.amount)
    return environment.get_template("report.html").render(
        report=report,
        language=language,
        style=Markup(style),  # noqa: S704 - our own style sheet
        digest=digest,
        words=words,
        say=lambda text, **values: text(language).format(**values) if values else text(language),
        title=plain(report.title(language)),
        first_wrong=first_wrong(report),
        pictures=tuple(shown(picture, language) for picture in in_order(report.pictures)),
        sources=[(file.name, tuple(lines(file, report, language))) for file in report.files],
        elsewhere=[remark for remark in report.remarks if not _line_of(remark, report.files)],
        where=lambda remark: where(remark, report.files, language),
    )


def formulas(text: str) -> Markup:
    """Escaped text in which `$…$` has become MathML."""
    return Markup("").join(
        escape(content) if kind == "text" else _formula(content, kind) for kind, content in pieces(visible(text, 4000))
    )


def _formula(tex: str, kind: str) -> Markup:
    return Markup(mathml(tex, display=kind == "display"))  # noqa: S704 - ElementTree has escaped it


def first_wrong(report: Report) -> Finding | None:
    """The check whose difference is said under "where"."""
    return next((finding for finding in report.findings if finding.passed is False and finding.detail), None)


def shown(picture: Picture, language: Language) -> Shown:
    """A picture with its words."""
    kind = type(picture).__name__.lower()
    rows = tuple(_rows(picture)) if isinstance(picture, Trace) else ()
    title = "" if isinstance(picture, Graph) else plain(picture.title(language))
    return Shown(kind, title, draw(picture, language), summary(picture)(language), rows)


def _rows(trace: Trace) -> Iterator[tuple[str, str, str, bool]]:
    """The numbers around the first wrong step."""
    first = trace.first_wrong
    if first is None:
        return
    for step in range(max(first - 2, 0), min(first + 3, len(trace.got))):
        yield str(step), short(trace.got[step]), short(trace.expected[step]), step == first


# Code with remarks ------------------------------------------------------------------------------


def lines(file: File, report: Report, language: Language) -> Iterator[Line]:
    """The student's code line by line; a notebook counts the lines of each cell by itself."""
    remarks = [remark for remark in (report.trouble, *report.remarks) if remark and _line_of(remark, report.files)]
    said = [remark for remark in remarks if _file_of(remark, report.files) == file.name]
    text = file.text.rstrip("\n").split("\n")
    for number, source in enumerate(text[:MOST_LINES], start=1):
        cell = file.cells.index(number) + 1 if number in file.cells else 0
        start = max((start for start in file.cells if start <= number), default=1)
        yield Line(
            number=number,
            label=str(number - start + 1),
            text=visible(source.replace("\t", "    "), 400),
            remarks=tuple(remark for remark in said if remark.line == number),
            heading=words.CELL(language).format(number=cell) if cell else "",
        )


def where(remark: Remark, files: tuple[File, ...], language: Language) -> str:
    """The line of a remark in words; empty where it has none."""
    return place(remark.line, remark.file, files)(language) if remark.line else ""


def _file_of(remark: Remark, files: tuple[File, ...]) -> str:
    return remark.file or (files[0].name if len(files) == 1 else "")


def _line_of(remark: Remark, files: tuple[File, ...]) -> int | None:
    """The line of a remark, where that line is shown."""
    name = _file_of(remark, files)
    known = next((file for file in files if file.name == name), None)
    if not remark.line or not known or remark.line > known.text.rstrip("\n").count("\n") + 1:
        return None
    return remark.line if remark.line <= MOST_LINES else None
