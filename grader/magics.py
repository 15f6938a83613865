"""Lines that only a notebook understands (%magic, !shell, help?), turned into comments of the same line number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = re.compile(r"%{1,2}[A-Za-z]|!|[\w.\[\]'\", ]+=\s*(?:!|%[A-Za-z])")
HELP = re.compile(r"(?:\?{1,2}%{0,2}[\w.*]+|%{0,2}[\w*]+(?:\.[\w*]+)*\?{1,2});?$")
LONGEST = 500  # a longer line is no magic, and no work for a regular expression
KEEPS_PYTHON = frozenset(["capture", "prun", "time", "timeit"])  # cell magics whose cell is Python all the same
TOKEN = re.compile(r'"""|\'\'\'|\\.|#|"(?:[^"\\\n]|\\.)*+"?|\'(?:[^\'\\\n]|\\.)*+\'?|[(\[{]|[)\]}]')


@dataclass
class Reading:
    """Where a scan stands at the start of a line: inside which long string, and in how many brackets."""

    quote: str = ""
    depth: int = 0
    continued: bool = False

    @property
    def at_statement(self) -> bool:
        return not (self.quote or self.depth or self.continued)

    def pass_over(self, line: str) -> None:
        """Move to the start of the next line."""
        self.continued = not self.quote and line.endswith("\\") and "#" not in line
        place = 0
        while place < len(line):
            found = self._next(line, place)
            if not found or found[0] == "#":
                return
            place = found.end()
            self._take(found[0])

    def _next(self, line: str, place: int) -> re.Match[str] | None:
        if self.quote:
            return re.compile(rf"\\.|{self.quote}").search(line, place)
        return TOKEN.search(line, place)

    def _take(self, found: str) -> None:
        if found in {'"""', "'''"}:
            self.quote = "" if self.quote else found
        elif not self.quote and found in "([{":
            self.depth += 1
        elif not self.quote and found in ")]}":
            self.depth = max(self.depth - 1, 0)


def without_magics(source: str) -> tuple[str, list[tuple[int, str]]]:
    """The source of one cell as Python, and (line from 1, what stood there) for each line left out.

    A line inside brackets or a long string is never taken for a magic: there `% b` is arithmetic.
    """
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    cell_magic = re.match(r"%%(\w+)", lines[first].strip())
    if cell_magic and cell_magic[1] not in KEEPS_PYTHON:
        return "\n".join(f"# {line}".rstrip() for line in lines), [(first + 1, lines[first].strip())]
    kept, left_out = [], []
    for number, (line, magic) in enumerate(_scan(lines), start=1):
        kept.append(_commented(line) if magic else line)
        if magic:
            left_out.append((number, line.strip()))
    return "\n".join(kept), left_out


def _scan(lines: list[str]) -> Iterator[tuple[str, bool]]:
    reading = Reading()
    in_magic = False
    for line in lines:
        magic = in_magic or (reading.at_statement and _is_magic(line.strip()))
        in_magic = magic and line.endswith("\\")
        if not magic:
            reading.pass_over(line)
        yield line, magic


def _is_magic(line: str) -> bool:
    return len(line) <= LONGEST and bool(MAGIC.match(line) or HELP.match(line))


def _commented(line: str) -> str:
    """A comment, which may stand before `from __future__`; where a block may need a body, a `pass` as well."""
    text = line.strip().rstrip("\\")
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {text}" if indent else f"# {text}"
