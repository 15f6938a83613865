"""What a file of marks would change in the gradebook, line by line; and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from grader.messages import Text
from grader.words import amount
from web.gradebook.book import Book, Cell, Head, Line
from web.gradebook.columns import LARGEST, points_of
from web.gradebook.exports import EXCUSED, OUT_OF, PEOPLE, SUMS, written_points
from web.gradebook.marks import Change
from web.tabular import BadTable, Row, Table

ON_THE_PAGE = Text(
    "Points of exercises do not come from a file: what somebody set by hand needs a reason that the student can read. "
    "Change them on the student's page.",
    "题目的分数不能用文件修改：人工改分需要写明学生看得到的理由。请在学生页面上改分。",
)
LONGER = Text(
    'This line has more cells than the first row. Perhaps a number has a comma in it: write 7.5, or "7,5".',
    '这一行的单元格比第一行多。可能是数字里有逗号：请写成 7.5，或者 "7,5"。',
)


@dataclass(frozen=True)
class Remark:
    """Something about a line of the file."""

    line: int
    text: Text


@dataclass(frozen=True)
class Shown:
    """A change in words."""

    student: str
    column: str
    change: Change


@dataclass(frozen=True)
class Preview:
    """What a file would do. mistakes: nothing is done before they are mended; remarks: what is passed over."""

    changes: tuple[Shown, ...]
    same: int
    mistakes: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


def preview(book: Book, table: Table) -> Preview:
    """What the table would change in the book. Raises BadTable where its first row says nothing of use."""
    email = table.column("email", "e-mail", "邮箱", "电子邮件")
    if email is None:
        raise BadTable(
            "The first row has no column called email: it says whose points these are.",
            "第一行没有名为 email 的列：它说明分数是谁的。",
        )
    heads, mistakes = _heads(table, book, email)
    if not mistakes and not any(head.column for head in heads.values()):
        raise BadTable(*_nothing_of_use(any(heads.values())))
    reader = _Reader(book, heads, email, len(table.head.cells))
    for row in table.rows:
        reader.read(row)
    return Preview(tuple(reader.changes), reader.same, (*mistakes, *reader.mistakes), tuple(reader.remarks))


def _heads(table: Table, book: Book, email: int) -> tuple[dict[int, Head], list[Remark]]:
    """Which column of the file is which of the book; what is neither the book's nor passed over is a mistake."""
    known = {head.title.en.casefold() if head.column else head.key: head for head in book.heads}
    heads: dict[int, Head] = {}
    mistakes = []
    for place, name in enumerate(table.head.cells):
        head = known.get(name.casefold())
        if head and head in heads.values():
            mistakes.append(Remark(table.head.line, Text(f"“{name}” stands here twice.", f"“{name}”出现了两次。")))
        elif head:
            heads[place] = head
        elif name and place != email and name.casefold() not in {*PEOPLE, *SUMS}:
            mistakes.append(Remark(table.head.line, _unknown(name)))
    return heads, mistakes


def _unknown(name: str) -> Text:
    return Text(
        f"There is no column “{name}” in the gradebook. Make it first, or take it out of the file.",
        f"成绩册里没有“{name}”这一列。请先新建该列，或者从文件中删去。",
    )


def _nothing_of_use(exercises: bool) -> tuple[str, str]:  # noqa: FBT001 - which of two sentences
    if exercises:
        return ON_THE_PAGE.en, ON_THE_PAGE.zh
    return (
        "No column of the file is one that you made here. Make the column first.",
        "文件里没有在这里新建过的列。请先新建列。",
    )


class _Reader:
    """Reads rows one after another. width: how many cells a row may have."""

    def __init__(self, book: Book, heads: dict[int, Head], email: int, width: int) -> None:
        self.book, self.heads, self.email, self.width = book, heads, email, width
        self.lines = {line.email.casefold(): line for line in book.lines}
        self.seen: dict[str, int] = {}
        self.changes: list[Shown] = []
        self.mistakes: list[Remark] = []
        self.remarks: list[Remark] = []
        self.same = 0

    def read(self, row: Row) -> None:
        email = row[self.email].casefold()
        if email == OUT_OF:
            return
        refusal = self._refusal(email, row)
        if refusal:
            self.mistakes.append(Remark(row.line, refusal))
            return
        self.seen[email] = row.line
        line = self.lines[email]
        cells = dict(zip((head.key for head in self.book.heads), line.cells, strict=True))
        for place, head in self.heads.items():
            self._cell(row, line, head, cells[head.key], row[place])

    def _refusal(self, email: str, row: Row) -> Text | None:
        if not email:
            return Text("This line has no e-mail.", "这一行没有邮箱。")
        if email in self.seen:
            first = self.seen[email]
            return Text(f"{email} stands in line {first} already.", f"{email} 已经出现在第 {first} 行。")
        if email not in self.lines:
            return Text(f"No student of this course has the e-mail {email}.", f"课程中没有邮箱为 {email} 的学生。")
        if any(row.cells[self.width :]):
            return LONGER
        return None

    def _cell(self, row: Row, line: Line, head: Head, cell: Cell, text: str) -> None:
        if head.column is None:
            if text not in {"", written_points(cell), EXCUSED.en, EXCUSED.zh}:
                self.remarks.append(Remark(row.line, _kept(head, cell, text)))
            return
        points = points_of(text)
        if text and (points is None or points > LARGEST):
            self.mistakes.append(Remark(row.line, _no_number(head, text)))
        elif points == cell.points:
            self.same += 1
        else:
            self.changes.append(Shown(line.name, head.title.en, Change(head.column, line.user_id, cell.points, points)))
            if points is not None and points > head.out_of:
                self.remarks.append(Remark(row.line, _above(head, points)))


def _no_number(head: Head, text: str) -> Text:
    return Text(
        f"{head.title.en}: “{text[:40]}” is no number from 0 to {LARGEST}.",
        f"{head.title.zh}：“{text[:40]}”不是 0 到 {LARGEST} 之间的数。",
    )


def _kept(head: Head, cell: Cell, text: str) -> Text:
    here = written_points(cell) or "–"
    return Text(
        f"{head.key} is {here} here and “{text[:40]}” in the file; it stays {here}.",
        f"{head.key} 在成绩册里是 {here}，文件里是“{text[:40]}”；保持 {here} 不变。",
    )


def _above(head: Head, points: float) -> Text:
    return Text(
        f"{head.title.en}: {amount(points)} is more than {amount(head.out_of)}. It is taken as a bonus.",
        f"{head.title.zh}：{amount(points)} 超过满分 {amount(head.out_of)}，按附加分处理。",
    )
