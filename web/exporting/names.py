"""Names that every file system takes: no other letters, no reserved words, none that differ by large letters only."""

from __future__ import annotations

import re

LONGEST = 60
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Namer:
    """Gives each thing in one folder a name of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, wanted: str) -> str:
        stem, dot, ending = safe(wanted).rpartition(".")
        number, name = 1, safe(wanted)
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}.{ending}" if dot and stem else f"{ending}-{number}"
        self._taken.add(name.casefold())
        return name


def safe(wanted: str) -> str:
    """Letters, digits, dots, hyphens and underscores, at most 60."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", wanted)
    name = re.sub(r"\.{2,}", ".", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST:
        name = f"{stem[: LONGEST - 1 - len(ending)]}.{ending}" if dot and len(ending) < 10 else name[:LONGEST]
    name = name.rstrip(". ")
    return f"_{name}" if not name or RESERVED.fullmatch(name) or name.startswith("-") else name
