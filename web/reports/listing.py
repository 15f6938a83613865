"""A student's code, line by line in colours, with the remarks below the lines they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from grader import words
from grader.calls import File
from grader.messages import Language, Remark, Report
from grader.sentences import place
from grader.showing import visible, visible_line
from web.formulas import formulas
from web.highlighting import MOST, highlighted_lines, plain_lines

MOST_LINES = 2000  # of each file
LONG = 60  # lines: more scroll
LONGEST_LINE = 400


@dataclass(frozen=True)
class Margin:
    """What a site adds to code. below: what stands below a line, by (file's name, line).

    addresses: where the lines of a file lead, to which the line is added; label: what such a link is called.
    """

    below: Mapping[tuple[str, int], Markup] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True)
class Line:
    """A line of code. `heading` says which cell of a notebook begins here; below, href, link: of a site's margin."""

    label: str
    code: Markup
    remarks: tuple[Markup, ...] = ()
    heading: str = ""
    below: Markup = Markup()
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Listing:
    """A file as it is shown."""

    name: str
    lines: tuple[Line, ...]

    @property
    def long(self) -> bool:
        return len(self.lines) > LONG


def listings(report: Report, language: Language, margin: Margin) -> tuple[Listing, ...]:
    """Every file of the submission, in its order."""
    return tuple(
        Listing(visible_line(file.name), tuple(_lines(file, report, language, margin))) for file in report.files
    )


def _lines(file: File, report: Report, language: Language, margin: Margin) -> Iterator[Line]:
    """A notebook counts the lines of each cell by itself. Of very much code none is coloured: that takes its time."""
    in_colour = highlighted_lines if sum(len(one.text) for one in report.files) <= MOST else plain_lines
    remarks = [remark for remark in (report.trouble, *report.remarks) if remark and shown_at(remark, report.files)]
    said = [remark for remark in remarks if _file_of(remark, report.files) == file.name]
    shown = file.text.rstrip("\n").split("\n", MOST_LINES)[:MOST_LINES]
    text = [visible(line.replace("\t", "    "), LONGEST_LINE) for line in shown]
    address = margin.addresses.get(file.name, "")
    cells, start = {line: cell for cell, line in enumerate(file.cells, start=1)}, 1
    for number, code in enumerate(in_colour("\n".join(text)), start=1):
        cell = cells.get(number, 0)
        start = number if cell else start
        yield Line(
            label=str(number - start + 1),
            code=code,
            remarks=tuple(formulas(remark.text(language)) for remark in said if remark.line == number),
            heading=words.CELL(language).format(number=cell) if cell else "",
            below=margin.below.get((file.name, number), Markup()),
            href=f"{address}{number}#write" if address else "",
            link=margin.label,
        )


def where(remark: Remark, files: tuple[File, ...], language: Language) -> str:
    """The line of a remark in words; empty where it has none."""
    return place(remark.line, remark.file, files)(language) if remark.line else ""


def shown_at(remark: Remark, files: tuple[File, ...]) -> int | None:
    """The line of a remark, where that line is shown."""
    name = _file_of(remark, files)
    known = next((file for file in files if file.name == name), None)
    if not remark.line or not known or remark.line > known.text.rstrip("\n").count("\n") + 1:
        return None
    return remark.line if remark.line <= MOST_LINES else None


def _file_of(remark: Remark, files: tuple[File, ...]) -> str:
    return remark.file or (files[0].name if len(files) == 1 else "")
