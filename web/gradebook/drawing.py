"""A line of the gradebook as HTML, written by hand: a template would take a second for 300 lines of 20 cells."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from grader.showing import visible
from grader.words import amount
from web.gradebook.book import Cell, Head, Line
from web.languages import t
from web.totals.telling import fixed

NOTHING = "–"


def rounded(points: float | None) -> str:
    """At most two decimals; a dash for nothing."""
    return NOTHING if points is None else amount(round(points, 2))


def percent(line: Line) -> str:
    """Whole, for reading; by weight to two decimals."""
    if line.weighed:
        return NOTHING if line.weighed.percent is None else f"{fixed(line.weighed.percent)} %"
    return NOTHING if line.percent is None else f"{line.percent:.0f} %"


class Pen:
    """Draws lines in the reader's language, whose words are looked up once."""

    def __init__(self, heads: tuple[Head, ...], *, groups: bool) -> None:
        """groups: whether there is a column for them."""
        self.groups = groups
        self.ends = [quote(head.key) if head.column is None else f"columns/{head.column}" for head in heads]
        self.excused, self.late = escape(t("excused", "免做")), escape(t("late", "迟交"))
        self.changed, self.waits = escape(t("set", "改分")), escape(t("grading", "评分中"))

    def row(self, line: Line) -> Markup:
        """The cells are links, relative to the gradebook's own address: half of the page would else be addresses."""
        cells = "".join(
            f'<td><a href="gradebook/{line.user_id}/{end}">{self.words(cell)}</a>'
            for end, cell in zip(self.ends, line.cells, strict=True)
        )
        name = f'<th scope="row"><a href="students/{line.user_id}">{escape(visible(line.name))}</a>'
        group = f"<td class=group>{escape(visible(line.group))}" if self.groups else ""
        return Markup(f"<tr>{name}{self.total(line)}{group}{cells}\n")  # noqa: S704 - what people wrote is escaped above, and what archives brought

    def total(self, line: Line) -> str:
        """Points and their percent; by weight the percent alone, which leads to its steps."""
        if line.weighed:
            return f'<td class="total weighed"><a href="gradebook/{line.user_id}"><b>{percent(line)}</b></a>'
        return f"<td class=total><b>{rounded(line.total)}</b><td class=percent>{percent(line)}"

    def words(self, cell: Cell) -> str:
        """What is not plain is said in a word beside the points."""
        if cell.excused:
            return f"<i>{self.excused}</i>"
        marks = ((cell.changed, self.changed), (cell.late, self.late), (cell.waits, self.waits))
        said = "".join(f" <i>{word}</i>" for holds, word in marks if holds)
        return rounded(cell.points) + said
