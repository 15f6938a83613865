"""The table of scores for a spreadsheet. What somebody chose as a name must not become a formula there."""

from __future__ import annotations

import csv
import io

from grader.words import amount
from web.staff.tables import Scores

WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # = + - @ as Chinese and Japanese type them, and Excel reads them
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something else, and Chinese names are lost


def scores_as_csv(table: Scores) -> bytes:
    """A line for each student; an empty cell where nothing counts."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([*map(quoted, ["name", "email", *(name for name, _, _ in table.columns)]), "total"])
    writer.writerow(["", "out of", *(amount(points) for _, _, points in table.columns), amount(table.out_of)])
    for row in table.rows:
        points = [amount(cell.points) if cell.result else "" for cell in row.cells]
        writer.writerow([quoted(row.name), quoted(row.email), *points, amount(row.total)])
    return (MARK + written.getvalue()).encode()


def quoted(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe in front says that it is text."""
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text
