"""The gradebook for a spreadsheet, from which marks can be read again."""

from __future__ import annotations

from grader.messages import Text
from grader.words import amount
from web.gradebook.book import Book, Cell, Line
from web.languages import say
from web.tabular import quoted, written

EXCUSED = Text("excused", "免做")
PEOPLE = ("name", "email", "group")
SUMS = ("total", "percent")
OUT_OF = "out of"


def as_csv(book: Book) -> bytes:
    """A line for each student; an empty cell where nothing counts. Exercises are called as their files are."""
    names = [quoted(head.title.en) if head.column else head.key for head in book.heads]
    out_of = [amount(head.out_of) for head in book.heads]
    return written(
        [[*PEOPLE, *names, *SUMS], ["", OUT_OF, "", *out_of, amount(book.out_of), "100"], *map(_row, book.lines)]
    )


def _row(line: Line) -> list[str]:
    people = [quoted(text) for text in (line.name, line.email, line.group)]
    percent = "" if line.percent is None else amount(round(line.percent, 1))
    return [*people, *map(written_points, line.cells), amount(round(line.total, 2)), percent]


def written_points(cell: Cell) -> str:
    """As it stands in the file."""
    if cell.excused:
        return say(EXCUSED)
    return "" if cell.points is None else amount(round(cell.points, 2))
