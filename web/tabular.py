"""Tables that people make with a spreadsheet: CSV read in any usual encoding and with any usual separator, and written.

What somebody chose as a name must not become a formula there; what was marked as text for that is read as it was.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from grader.errors import ExplainedHere

LARGEST = 2_000_000  # bytes
MOST = 20_000  # rows
SEPARATORS = (",", ";", "\t", "|")
WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # = + - @ as Chinese and Japanese type them, and Excel reads them
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something else, and Chinese names are lost
MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .ods and .xls begin
ASIDE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line


class BadTable(ExplainedHere):
    """What was brought is no table; `text` says why and what to do."""


@dataclass(frozen=True)
class Row:
    """line: where it begins in the file, from 1; cells: without blanks around them, as long as they stand there."""

    line: int
    cells: tuple[str, ...]

    def __getitem__(self, column: int) -> str:
        """Empty where the row is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Table:
    """The first row that is not empty, and the others that are not."""

    head: Row
    rows: tuple[Row, ...]

    def column(self, *names: str) -> int | None:
        """Which column has one of these names, in large or small letters; None where none has."""
        wanted = {name.casefold() for name in names}
        return next((place for place, name in enumerate(self.head.cells) if name.casefold() in wanted), None)


def read(content: bytes) -> Table:
    """The table in a CSV file. Raises BadTable."""
    if len(content) > LARGEST:
        raise BadTable(f"The file is larger than {LARGEST // 1_000_000} MB.", f"文件超过 {LARGEST // 1_000_000} MB。")
    rows = list(_rows(decoded(content)))
    if not rows:
        raise BadTable("The file is empty.", "文件是空的。")
    if len(rows) > MOST + 1:
        raise BadTable(f"The file has more than {MOST} rows.", f"文件超过 {MOST} 行。")
    return Table(rows[0], tuple(rows[1:]))


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """As CSV that spreadsheets open by a double click. Names of people are for the caller to mark with `quoted`."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return (MARK + text.getvalue()).encode()


def quoted(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe in front says that it is text."""
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text


def unquoted(text: str) -> str:
    """The text before `quoted`."""
    return text[1:] if text.startswith("'") and quoted(text[1:]) == text else text


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16, or what Excel writes on Chinese and on western machines. Raises BadTable."""
    if content.startswith(SPREADSHEETS):
        raise BadTable(
            "This is a spreadsheet's own format. Save it as CSV (File, Save as, CSV UTF-8), and bring that.",
            "这是电子表格自己的格式。请另存为 CSV（文件 → 另存为 → CSV UTF-8），再上传。",
        )
    text = _decoded(content)
    if "\0" in text:
        raise BadTable("This is no text file. Save the table as CSV.", "这不是文本文件。请把表格另存为 CSV。")
    return text


def _decoded(content: bytes) -> str:
    for mark, codec in MARKED:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace")
    for codec in ("utf-8", *(["gb18030"] if _looks_chinese(content) else [])):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def _looks_chinese(content: bytes) -> bool:
    """In GBK almost all of what is no ASCII comes in twos; a western ü stands alone."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    return sum(length % 2 == 0 for length in runs) >= sum(length % 2 for length in runs)


def _rows(text: str) -> Iterator[Row]:
    aside = ASIDE.match(text)
    start = aside.end() if aside else 0
    separator = aside[1] if aside else _separator(text)
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=separator, strict=True)
    line = 2 if aside else 1
    begins = line
    try:
        for cells in reader:
            stripped = tuple(unquoted(normalize("NFC", cell.strip())) for cell in cells)
            if any(stripped):
                yield Row(begins, stripped)
            begins = line + reader.line_num
    except csv.Error as error:
        raise BadTable(
            f"Line {begins} cannot be read: a quotation mark is not closed, or stands in the middle of a cell.",
            f"第 {begins} 行无法读取：引号没有配对，或者出现在单元格中间。",
        ) from error


def _separator(text: str) -> str:
    """What most often stands in the first line that says something, outside of quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=bare.count)
