"""What became of the files between two attempts, line by line, in bounded time whatever the files hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Literal

from markupsafe import Markup

from grader.calls import File
from grader.showing import visible, visible_line

MOST_COMPARED = (
    2000  # lines on each side, between what begins and what ends alike: difflib's time grows with their square
)
MOST_ROWS = 600  # shown of each file
AROUND = 3  # unchanged lines beside a change
LONGEST = 400  # characters of a line
BEFORE = 60  # of a longer one, shown before its first change
ALIKE = 0.4  # of a line has to stay for the rest to be marked in it

Kind = Literal["same", "gone", "new", "skipped"]
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Row:
    """A line. before, after: its number in each file, empty where it is not there; of `skipped`, how many there are."""

    kind: Kind
    before: str
    after: str
    code: Markup = Markup()
    count: int = 0


@dataclass(frozen=True)
class Change:
    """One file. gone, new: lines in all; left_out: of these, not shown; compared: False where there were too many."""

    name: str
    kind: Literal["same", "changed", "came", "went"]
    rows: tuple[Row, ...] = ()
    gone: int = 0
    new: int = 0
    left_out: int = 0
    compared: bool = True
    renamed: str = ""


@dataclass
class Budget:
    """What all files of one comparison may use together."""

    lines: int = MOST_COMPARED
    rows: int = MOST_ROWS

    def allows(self, lines: int) -> bool:
        """Whether so many can be compared; these are used up then."""
        if lines > self.lines:
            return False
        self.lines -= lines
        return True


@dataclass(frozen=True)
class _Side:
    """The lines of a file, none where there is no file, and how they are counted."""

    lines: list[str]
    names: list[str] | None

    @classmethod
    def of(cls, file: File | None) -> _Side:
        return cls(file.text.rstrip("\n").split("\n") if file else [], labels(file))

    def name(self, number: int) -> str:
        return self.names[number] if self.names and number < len(self.names) else str(number + 1)


def changes(before: Sequence[File], after: Sequence[File]) -> tuple[Change, ...]:
    """Every file of two submissions, those of the later one first. One file each is compared whatever its name."""
    if len(before) == len(after) == 1:
        return (_change(before[0], after[0], Budget()),)
    old, budget = {file.name: file for file in before}, Budget()
    kept = [_change(old.pop(file.name, None), file, budget) for file in after]
    return (*kept, *(_change(file, None, budget) for file in old.values()))


def _change(before: File | None, after: File | None, budget: Budget) -> Change:
    old, new = _Side.of(before), _Side.of(after)
    name = visible_line((after or before or File("", "")).name)
    renamed = visible_line(before.name) if before and after and before.name != after.name else ""
    if before and after and old.lines == new.lines:
        return Change(name, "same", renamed=renamed)
    kind: Literal["changed", "came", "went"] = "changed" if before and after else "came" if after else "went"
    head, tail = _alike(old.lines, new.lines)
    gone, came = len(old.lines) - head - tail, len(new.lines) - head - tail
    if kind == "changed" and not budget.allows(max(gone, came)):
        return Change(name, kind, gone=gone, new=came, compared=False, renamed=renamed)
    compared = _compared(old, new, (head, tail), budget.rows)
    budget.rows -= len(compared.rows)
    return replace(compared, name=name, kind=kind, renamed=renamed)


def _compared(old: _Side, new: _Side, same: tuple[int, int], most: int) -> Change:
    """Still without its name. same: how many lines at the beginning and at the end; most: rows."""
    opcodes = _opcodes(old.lines, new.lines, *same)
    rows = tuple(islice(_rows(old, new, opcodes), most))
    gone = sum(last - first for tag, first, last, _, _ in opcodes if tag != "equal")
    came = sum(last - first for tag, _, _, first, last in opcodes if tag != "equal")
    shown = sum(row.kind in {"gone", "new"} for row in rows)
    return Change("", "changed", rows, gone, came, left_out=gone + came - shown)


def labels(file: File | None) -> list[str] | None:
    """How the lines of a notebook are counted, in each cell from 1: `2:1`; None where they are counted from 1."""
    if file is None or not file.cells:
        return None
    names: list[str] = []
    cell, start = 0, 1
    starts = set(file.cells)
    for number in range(1, file.text.count("\n") + 2):
        if number in starts:
            cell, start = cell + 1, number
        names.append(f"{cell}:{number - start + 1}")
    return names


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How much is the same at the beginning, and of the rest at the end: of lines, or of the letters of one."""
    head = _common(old, new)
    return head, _common(old[head:][::-1], new[head:][::-1])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """The length of what both begin with. By halves, for a line may have two million letters."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _opcodes(old: Sequence[str], new: Sequence[str], head: int, tail: int) -> list[Opcode]:
    """As difflib writes them, of the whole files: it is asked about the middle only."""
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    inside = [(tag, i1 + head, i2 + head, j1 + head, j2 + head) for tag, i1, i2, j1, j2 in middle.get_opcodes()]
    before = [("equal", 0, head, 0, head)] if head else []
    after = [("equal", len(old) - tail, len(old), len(new) - tail, len(new))] if tail else []
    return [*before, *inside, *after]


def _rows(old: _Side, new: _Side, opcodes: list[Opcode]) -> Iterator[Row]:
    """Of what stays, a few lines beside a change."""
    for place, opcode in enumerate(opcodes):
        if opcode[0] == "equal":
            yield from _same(old, new, opcode, begins=place == 0, ends=place == len(opcodes) - 1)
        else:
            yield from _changed(old, new, opcode)


def _same(old: _Side, new: _Side, opcode: Opcode, *, begins: bool, ends: bool) -> Iterator[Row]:
    """begins, ends: whether the file does so with these lines."""
    _, first, last, beside, _ = opcode
    below = first if begins else min(first + AROUND, last)  # up to here they stand below a change
    above = last if ends else max(last - AROUND, below)  # and from here above one
    if above - below == 1:
        below = above
    for number in chain(range(first, below), (None,), range(above, last)):
        if number is None:
            if above > below:
                yield Row("skipped", "", "", count=above - below)
            continue
        code = _clipped(old.lines[number], 0)
        yield Row("same", old.name(number), new.name(number - first + beside), code)


def _changed(old: _Side, new: _Side, opcode: Opcode) -> Iterator[Row]:
    _, i1, i2, j1, j2 = opcode
    paired = i2 - i1 == j2 - j1
    for i in range(i1, i2):
        other = new.lines[i - i1 + j1] if paired else None
        yield Row("gone", old.name(i), "", _marked(old.lines[i], other, "del"))
    for j in range(j1, j2):
        other = old.lines[j - j1 + i1] if paired else None
        yield Row("new", "", new.name(j), _marked(new.lines[j], other, "ins"))


def _marked(line: str, other: str | None, tag: str) -> Markup:
    """With the part marked in which it differs from the line whose place it took."""
    if other is None:
        return _clipped(line, 0)
    head, tail = _alike(line, other)
    if head + tail < ALIKE * max(len(line), len(other)) or head + tail == len(line):
        return _clipped(line, head)
    start = _start(line, head)
    inside = line[head : len(line) - tail]
    mark = Markup("<{0}>{1}</{0}>").format(tag, _piece(inside, LONGEST - (head - start)))
    rest = max(LONGEST - (head - start) - len(inside), 0)
    return Markup("").join(
        [_piece(line[start:head], LONGEST, cut=start > 0), mark, _piece(line[len(line) - tail :], rest)]
    )


def _clipped(line: str, at: int) -> Markup:
    """Not more than LONGEST characters, from a little before `at`."""
    start = _start(line, at)
    return _piece(line[start:], LONGEST, cut=start > 0)


def _start(line: str, at: int) -> int:
    return max(at - BEFORE, 0) if len(line) > LONGEST else 0


def _piece(text: str, limit: int, *, cut: bool = False) -> Markup:
    shown = visible(text.replace("\t", "    "), limit) if text else ""
    return Markup("{}{}").format("…" if cut else "", shown)
