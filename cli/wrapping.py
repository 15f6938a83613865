"""Lines broken where a language breaks them: Chinese between any two letters, not before a stop or after a bracket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text as Rich

NARROWEST = 12  # cells: a column of a table gets no narrower for the sake of others
# A piece that stays in one line: spaces, a Chinese letter, or a run of others; with brackets before and stops after it.
PIECE = re.compile(
    r"\s+|[（【「『《“‘]*(?:[\u2e80-\u2fff\u3005-\u3007\u3021-\u9fff\uac00-\ud7af\uf900-\ufaff]"
    r"|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff（【「『《“‘]+)[\u3001\u3002，。；：、）！？】」』》…”’]*|."
)


class Prose:
    """A text for Rich that is wrapped here, and not by Rich, which breaks at spaces only."""

    def __init__(self, text: Rich) -> None:
        self.text = text

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split(allow_blank=True):
            for part in line.divide(breaks(line.plain, options.max_width)):
                part.rstrip()
                part.no_wrap, part.overflow = True, "fold"
                yield part

    def __rich_measure__(self, _: Console, options: ConsoleOptions) -> Measurement:
        longest = max((cell_len(line) for line in self.text.plain.split("\n")), default=0)
        return Measurement(min(longest, NARROWEST), longest).with_maximum(options.max_width)


def breaks(line: str, width: int) -> list[int]:
    """Where to break a line, as offsets, so that every part fits into `width` cells."""
    found, used = [], 0
    for start, piece in _pieces(line, width):
        size = cell_len(piece)
        if used and used + cell_len(piece.rstrip()) > width and not piece.isspace():
            found.append(start)
            used = 0
        used += size
    return found


def _pieces(line: str, width: int) -> Iterator[tuple[int, str]]:
    """What stays together, with its place; what is wider than a whole line is cut."""
    for piece in PIECE.finditer(line):
        start, rest = piece.start(), piece[0]
        while cell_len(rest) > width:
            fitting = next(n for n in range(min(len(rest), width), 0, -1) if n == 1 or cell_len(rest[:n]) <= width)
            yield start, rest[:fitting]
            start, rest = start + fitting, rest[fitting:]
        if rest:
            yield start, rest
