"""The one door through which text that a student can write reaches eyes: nothing in it can hide or steer."""

from __future__ import annotations

import re
import unicodedata

CAP = 64 << 10
JOINERS = frozenset("\u200c\u200d")  # needed by emoji and by some scripts; they change no order


def visible(text: str, limit: int = CAP) -> str:
    """`text` with control and direction characters made visible, at most `limit` characters of it.

    Line ends become a plain newline and tabs stay; what was cut off is counted at the end.
    """
    plain = text[:limit].replace("\r\n", "\n")
    shown = re.sub(r"[^\n\t -~]", lambda found: _sign(found[0]), plain)
    return shown if len(text) <= limit else f"{shown}… (+{len(text) - limit})"


def visible_line(text: str, limit: int = 200) -> str:
    """As `visible`, on one line: for names and single source lines."""
    return visible(text.replace("\n", "␊").replace("\t", "    "), limit)


def first_lines(text: str, count: int) -> tuple[str, int]:
    """The first `count` lines, and how many more there are."""
    lines = text.rstrip("\n").split("\n")
    return "\n".join(lines[:count]), max(len(lines) - count, 0)


def _sign(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    hidden = category in {"Cc", "Cs", "Zl", "Zp"} or (category == "Cf" and character not in JOINERS)
    return f"⟨U+{code:04X}⟩" if hidden else character
