"""The gradebook for a spreadsheet, from which marks can be read again."""

from __future__ import annotations

from grader.messages import Text
from grader.words import amount
from web.gradebook.book import Book, Cell, Line
from web.languages import say
from web.tabular import quoted, written
from web.totals.telling import number

EXCUSED = Text("excused", "免做")
PEOPLE = ("name", "email", "group")
SUMS = ("total", "percent", "at least")  # the last one, where the course has weights: if the rest came to 0
OUT_OF = "out of"


def as_csv(book: Book) -> bytes:
    """A line for each student; an empty cell where nothing counts. Exercises are called as their files are.

    total is the sum of points; percent what the course's total is, by weight where it has weights.
    """
    names = [quoted(head.title.en) if head.column else head.key for head in book.heads]
    out_of = [amount(head.out_of) for head in book.heads]
    sums = SUMS if book.categories else SUMS[:2]
    full = ["100"] * (len(sums) - 1)
    return written(
        [[*PEOPLE, *names, *sums], ["", OUT_OF, "", *out_of, amount(book.out_of), *full], *map(_row, book.lines)]
    )


def _row(line: Line) -> list[str]:
    people = [quoted(text) for text in (line.name, line.email, line.group)]
    return [*people, *map(written_points, line.cells), amount(round(line.total, 2)), *_percents(line)]


def _percents(line: Line) -> list[str]:
    if line.weighed:
        both = (line.weighed.percent, line.weighed.least)
        return ["" if one is None else number(one) for one in both]
    return ["" if line.percent is None else amount(round(float(line.percent), 1))]


def written_points(cell: Cell) -> str:
    """As it stands in the file."""
    if cell.excused:
        return say(EXCUSED)
    return "" if cell.points is None else amount(round(cell.points, 2))
