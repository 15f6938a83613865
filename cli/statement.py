"""The statement of an exercise in the terminal: Markdown, with formulas as readable Unicode."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Markdown, Paragraph, TableElement
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text as Rich

from assignments import chapter_title
from cli.wrapping import Prose
from grader import words
from grader.chinese import joined
from grader.formulas import pieces, plain, unicode
from grader.messages import Language, Text
from grader.reading import Sheet

STARTER = Text("What you write", "你要写的")
MARKING = Text("What it is marked by", "评分项")
HIDDEN = Text("hidden inputs", "输入不公开")
PUBLIC = Text("public", "公开")


class WrappedParagraph(Paragraph):
    """A paragraph whose lines break as its language breaks them."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from Prose(self.text).__rich_console__(console, options)


class WholeTable(TableElement):
    """A table that grows downward where it is too wide, and leaves nothing out."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = [self.header.row] if self.header else []
        for row in [*rows, *(self.body.rows if self.body else [])]:
            for cell in row.cells if row else []:
                cell.content.overflow = "fold"
        yield from super().__rich_console__(console, options)


class Wrapped(Markdown):
    """Markdown in Chinese and English."""

    elements: ClassVar = Markdown.elements | {"paragraph_open": WrappedParagraph, "table_open": WholeTable}


def statement(sheet: Sheet, language: Language) -> RenderableType:
    """Title, text, signatures and marking scheme."""
    head, _, body = sheet.statement(language).strip().partition("\n")
    title = Rich(plain(head.lstrip("# ")), style="bold")
    name = Rich(f"{sheet.name} · {chapter_title(sheet.chapter)(language)}", style="dim")
    return Group(
        Padding(Group(title, name), (1, 0)),
        *_body(body.strip()),
        _heading(STARTER(language)),
        *(_code(entry.source) for entry in sheet.of("starter")),
        _heading(MARKING(language)),
        Padding(_marking(sheet, language), (0, 2, 1, 2)),
    )


def _body(text: str) -> list[RenderableType]:
    """Displayed formulas stand alone, indented; the rest is Markdown."""
    blocks: list[RenderableType] = []
    running = ""
    for kind, content in pieces(text):
        if kind == "display":
            blocks += [Wrapped(joined(running)), Padding(Rich(unicode(content), style="bold"), (1, 0, 1, 6))]
            running = ""
        else:
            running += content if kind == "text" else _escaped(unicode(content))
    return [*blocks, Wrapped(joined(running))]


def _escaped(formula: str) -> str:
    """A formula whose signs Markdown must not take for its own; it stays in one piece."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", formula).replace(" ", "\u00a0")


def _heading(words_: str) -> RenderableType:
    return Padding(Rich(words_, style="bold underline"), (1, 0, 1, 0))


def _code(source: str) -> RenderableType:
    shown = Syntax(_signature(source), "python", theme="ansi_dark", background_color="default", word_wrap=True)
    return Padding(shown, (0, 2))


def _signature(source: str) -> str:
    return re.sub(r"\n( *)raise NotImplementedError\b.*", r"\n\1…", source)


def _marking(sheet: Sheet, language: Language) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column()
    table.add_column(no_wrap=True)
    for entry in sheet.of("check"):
        seen = PUBLIC if entry.options.get("public") else HIDDEN
        points = words.amount(float(entry.options.get("points", 0)))
        title = plain(sheet.text("check", entry.name)(language))
        table.add_row(Rich(points, justify="right"), Prose(Rich(title)), Rich(seen(language), style="dim"))
    return table
