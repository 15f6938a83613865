"""Lines that only a notebook understands (%magic, !shell, help?), turned into comments of the same line number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = re.compile(r"%{1,2}[A-Za-z]|!|[\w.\[\]'\", ]+=\s*(?:!|%[A-Za-z])")
HELP = re.compile(r"(?:\?{1,2}%{0,2}[\w.*]+|%{0,2}[\w*]+(?:\.[\w*]+)*\?{1,2});?$")
LONGEST = 500  # a longer line is no magic, and no work for a regular expression
KEEPS_PYTHON = frozenset(["capture", "prun", "time", "timeit"])  # cell magics whose cell is Python all the same
SHORT = r"{q}(?!{q}{q})[^{q}\\]*(?:\\.[^{q}\\]*)*{q}?"  # a string on one line, closed or not
# What follows an opening triple quote, up to the closing one.
LONG_REST = r"[^{q}\\]*(?:(?:\\.|{q}(?!{q}{q}))[^{q}\\]*)*{q}{q}{q}"
STRINGS = "|".join(form.format(q=q) for q in ("'", '"') for form in ("{q}{q}{q}" + LONG_REST, SHORT))
# Whatever cannot change where a scan stands, and then what can: one match for a run, so that no text is slow to read.
# What the look ahead has found is not tried again in pieces; possessive quantifiers say it better, but go wrong in
# Python before 3.11.5, which is Debian 12's.
PASSED = rf"""(?=(?P<passed>[^#'"()\[\]{{}}\\]+|\\.|{STRINGS}))(?P=passed)"""
TOKEN = re.compile(rf"""(?:{PASSED})*(?P<token>#|'{{3}}|"{{3}}|[(\[{{]+|[)\]}}]+)""")
REST = {quote: re.compile(LONG_REST.format(q=quote[0])) for quote in ("'''", '"""')}


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
        place: int | None = 0
        while place is not None:
            place = self._string(line, place) if self.quote else self._code(line, place)

    def _string(self, line: str, place: int) -> int | None:
        """Where the long string ends on this line, if it does."""
        closed = REST[self.quote].match(line, place)
        if closed:
            self.quote = ""
        return closed and closed.end()

    def _code(self, line: str, place: int) -> int | None:
        """Where to go on after the next bracket or opening of a long string; None at the end of the line."""
        found = TOKEN.match(line, place)
        met = found["token"] if found else "#"
        if not found or met == "#":
            return None
        if met in REST:
            self.quote = met
        else:
            opened = len(met) if met[0] in "([{" else -len(met)
            self.depth = max(self.depth + opened, 0)
        return found.end()


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
