"""Which students the gradebook shows, and in which order: as its address says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from web.gradebook.book import Book, Line

WORDS = frozenset(["name", "group"])  # sorted from A, where points are sorted from the most


@dataclass(frozen=True)
class Choice:
    """sort: name, group, total, or a column's key; `up`: from A, or from the least; below: percent of the points."""

    sort: str = "name"
    up: bool = True
    name: str = ""
    group: str = ""
    below: float | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Choice:
        """From an address; what makes no sense is left out."""
        sort = arguments.get("sort", "name")[:100]
        return cls(
            sort=sort,
            up={"up": True, "down": False}.get(arguments.get("order", ""), sort in WORDS),
            name=arguments.get("name", "").strip()[:100],
            group=arguments.get("group", "")[:100],
            below=_percent(arguments.get("below", "")),
        )

    @property
    def words(self) -> dict[str, str]:
        """As it stands in an address."""
        known = {"name": self.name, "group": self.group, "below": f"{self.below:g}" if self.below is not None else ""}
        known["sort"] = "" if self.sort == "name" else self.sort
        known["order"] = "" if self.up == (self.sort in WORDS) else ("up" if self.up else "down")
        return {name: value for name, value in known.items() if value}

    @property
    def narrows(self) -> bool:
        return bool(self.name or self.group or self.below is not None)

    def by(self, sort: str) -> dict[str, str]:
        """The address's words for another order; of the same column, the other way round."""
        up = not self.up if sort == self.sort else sort in WORDS
        return replace(self, sort=sort, up=up).words


def chosen(book: Book, choice: Choice) -> list[Line]:
    """Where there is no number, a line comes last, whichever way the others go. What is no column: by name."""
    key = _key(book, choice.sort)
    up = choice.up or key is None
    key = key or _name
    fitting = [line for line in book.lines if _fits(line, choice)]
    known = sorted((line for line in fitting if key(line) is not None), key=key, reverse=not up)
    return known + [line for line in fitting if key(line) is None]


def _fits(line: Line, choice: Choice) -> bool:
    wanted = choice.name.casefold()
    named = wanted in line.name.casefold() or wanted in line.email
    below = choice.below is None or (line.percent is not None and line.percent < choice.below)
    return named and below and choice.group in {"", line.group}


def _key(book: Book, sort: str) -> Callable[[Line], Any] | None:
    """What lines are compared by."""
    place = next((number for number, head in enumerate(book.heads) if head.key == sort), None)
    if place is not None:
        return lambda line: line.cells[place].points
    keys: dict[str, Callable[[Line], Any]] = {
        "name": _name,
        "group": lambda line: (line.group.casefold(), _name(line)) if line.group else None,
        "total": lambda line: line.percent if line.weighed else line.total,
        "percent": lambda line: line.percent,
    }
    return keys.get(sort)


def _name(line: Line) -> str:
    return line.name.casefold()


def _percent(text: str) -> float | None:
    digits = text.strip().removesuffix("%").strip()
    return float(digits) if digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) < 7 else None
