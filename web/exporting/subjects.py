"""Subjects of the audit, in which ids stand: as names in an archive, and as ids again in another database."""

from __future__ import annotations

import re
from collections.abc import Callable

NUMBERED = re.compile(r"\b(user|course|column|regrade) (\d+)")
NAMED = re.compile(r"\b(user|course|column|regrade) <([^<>]*)>")
KINDS = {"user": "person"}
HERE = "<course>"


def in_names(subject: str, slug: str, name: Callable[[str, int], str | None]) -> str:
    """`user 3, backprop/…` → `user <ada@example.org>, <course>/…`; what is not in the archive: `user was 9`."""

    def written(found: re.Match[str]) -> str:
        known = name(KINDS.get(found[1], found[1]), int(found[2]))
        return f"{found[1]} was {found[2]}" if known is None else f"{found[1]} <{known}>"

    return NUMBERED.sub(written, subject).replace(f", {slug}/", f", {HERE}/")


def in_ids(subject: str, slug: str, find: Callable[[str, str], object]) -> str:
    """The way back. A number that stands there by itself is somebody else's here, and is taken for no id."""

    def written(found: re.Match[str]) -> str:
        return f"{found[1]} {find(KINDS.get(found[1], found[1]), found[2]) or 'unknown'}"

    plain = NUMBERED.sub(r"\1 was \2", subject).replace(f", {slug}/", ", other/")
    return NAMED.sub(written, plain).replace(f", {HERE}/", f", {slug}/")[:200]
