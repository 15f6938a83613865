"""TeX read into a small tree. What is not understood is kept as a word, so that nothing is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.symbols import ACCENTS, BOARD, SPACES, SYMBOLS

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|[A-Za-z]|\s+|.", re.DOTALL)
DEEPEST = 30


@dataclass(frozen=True)
class Node:
    """kind: letter, number, sign, word, space, row, fraction, root, accent, script or table."""

    kind: str
    text: str = ""
    parts: tuple[Node | None, ...] = ()
    width: int = 0  # of a table: its columns


class Parser:
    """Reads TeX from left to right; what it does not understand it keeps as a word."""

    def __init__(self, tex: str) -> None:
        self.tokens: list[str] = TOKEN.findall(tex)
        self.place = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.place += 1
        return token

    def row(self, ends: tuple[str, ...] = ()) -> Node:
        """Everything up to one of `ends`, which is left where it is."""
        parts: list[Node] = []
        while self.peek() and self.peek() not in ends:
            if self.peek() in {"^", "_"}:
                parts.append(self.scripts(parts.pop() if parts else Node("row")))
                continue
            part = self.atom()
            if part:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Node("row", parts=tuple(parts))

    def scripts(self, base: Node) -> Node:
        below, above = base.parts[1:] if base.kind == "script" else (None, None)
        inner = base.parts[0] if base.kind == "script" else base
        if self.take() == "_":
            below = self.argument()
        else:
            above = self.argument()
        return Node("script", parts=(inner, below, above))

    def argument(self) -> Node:
        """What a command applies to: a group in braces or the next atom."""
        while self.peek().isspace():
            self.take()
        digits = self.peek()
        if digits[:1].isdigit() and len(digits) > 1:
            self.tokens[self.place : self.place + 1] = [digits[0], digits[1:]]  # to TeX, \frac12 is a half
        return self.atom() or Node("row")

    def atom(self) -> Node | None:
        piece = self.take()
        if piece.isspace() or piece in {"", "}", "&"}:
            return None
        if piece == "{":
            return self.group()
        if piece.startswith("\\"):
            return self.command(piece[1:])
        if piece[0].isdigit():
            return Node("number", piece)
        if piece.isalpha():
            return Node("letter", piece)
        return Node("sign", {"-": "−", "'": "′", "*": "∗"}.get(piece, piece))

    def group(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.place = len(self.tokens)
        inside = self.row(("}",))
        self.take()
        self.depth -= 1
        return inside

    def command(self, name: str) -> Node | None:
        if name in SYMBOLS:
            return Node("letter" if SYMBOLS[name].isalpha() else "sign", SYMBOLS[name])
        if name in SPACES or not name.strip():
            return Node("space", SPACES.get(name, " "))
        if name in {"frac", "tfrac", "dfrac"}:
            return Node("fraction", parts=(self.argument(), self.argument()))
        if name == "sqrt":
            return Node("root", parts=(self.argument(),))
        if name in ACCENTS:
            return Node("accent", ACCENTS[name], (self.argument(),))
        if name in {"text", "mathrm", "operatorname", "textbf", "mathtt", "texttt"}:
            return Node("word", self.raw())
        if name in {"mathbf", "boldsymbol", "mathit", "mathcal", "mathsf", "bm"}:
            return self.argument()
        if name == "mathbb":
            return Node("letter", "".join(BOARD.get(c, c) for c in self.raw()))
        return self.structure(name)

    def structure(self, name: str) -> Node | None:
        if name in {"left", "right", "big", "Big", "bigl", "bigr"}:
            delimiter = self.take().replace("\\", "")
            return None if delimiter == "." else Node("sign", delimiter)
        if name == "begin":
            return self.table(self.raw())
        return Node("word" if len(name) > 1 else "sign", name)

    def raw(self) -> str:
        """The characters of a group in braces, as they stand."""
        if self.peek() != "{":
            return self.take()
        self.take()
        found = ""
        while self.peek() and self.peek() != "}":
            found += self.take().removeprefix("\\")
        self.take()
        return found

    def table(self, name: str) -> Node:
        cells: list[Node] = []
        width, column = 1, 1
        while self.peek():
            cells.append(self.row(("&", "\\\\", "\\end")))
            end = self.take()
            column = column + 1 if end == "&" else 1
            width = max(width, column)
            if end == "\\end":
                self.raw()
                break
        return Node("table", name, tuple(cells), width)
