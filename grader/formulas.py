r"""Formulas without assets: the TeX between `$…$` as readable Unicode for a terminal and as MathML for a page.

Known is what the exercises use: letters, scripts, \frac, \sqrt, accents, \text, matrices, sums. Of anything
else the name is kept, so that a formula may be plain but never lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from grader.symbols import SUBSCRIPTS, SUPERSCRIPTS
from grader.tex import Node, Parser

EM = "\u2003"
INSIDE = r"(?:\\.|[^$\\])"  # a character of a formula, or one with a backslash before it, a dollar too
DOLLARS = re.compile(rf"(?<!\\)(?:\$\$(.+?)(?<!\\)\$\$|\$(?![\s$])({INSIDE}+?)(?<!\s)\$)", re.DOTALL)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    r"""('text' | 'formula' | 'display', content) in order; in the text `\$` has become a dollar."""
    place = 0
    for found in DOLLARS.finditer(text):
        if found.start() > place:
            yield "text", text[place : found.start()].replace(r"\$", "$")
        yield ("display", found[1]) if found[1] else ("formula", found[2])
        place = found.end()
    if place < len(text):
        yield "text", text[place:].replace(r"\$", "$")


def plain(text: str) -> str:
    """`text` with every formula as readable Unicode."""
    return "".join(content if kind == "text" else unicode(content) for kind, content in pieces(text))


# Node → Unicode ---------------------------------------------------------------------------------


def unicode(tex: str) -> str:
    r"""A formula in one line of text: `\frac{\partial L}{\partial w_1}` → ∂L/∂w₁."""
    return re.sub(r" {2,}", " ", _line(Parser(tex).row())).strip()


def _line(node: Node | None) -> str:
    if node is None:
        return ""
    writer = WRITERS.get(node.kind)
    return writer(node) if writer else node.text


def _line_row(node: Node) -> str:
    found, before = "", ""
    for part in node.parts:
        text = _line(part)
        spaced = part is not None and part.kind == "sign" and text in "=+−·×≈≤≥≠→⊙<>↦∈/∘" and found.strip()
        binary = spaced and found.rstrip()[-1:] not in "(=+−·×,≈→[{/" and text != "/"
        words = before in {"word", "fraction"} or (part is not None and part.kind == "word")
        word = words and found[-1:].isalnum() and text[:1].isalnum()
        before = part.kind if part else ""
        word = word or (text[:1] in "∑∏" and found[-1:].strip() not in {"", "("})
        found += f" {text} " if binary else (f" {text}" if word else text + (" " if text == "," else ""))
    return found


def _line_fraction(node: Node) -> str:
    above, below = (_line(part) for part in node.parts)
    return f"{_closed(above)}/{_closed(below)}"


def _closed(text: str) -> str:
    """In brackets, unless it reads as one thing beside a fraction stroke."""
    text = text.strip()
    return text if re.fullmatch(r"[^\s+−·×/=,]*", text) else f"({text})"


def _line_script(node: Node) -> str:
    base, below, above = (_line(part).strip() for part in node.parts)
    return base + _small(below, SUBSCRIPTS, "_") + _small(above, SUPERSCRIPTS, "^") + " " * (base in {"∑", "∏"})


def _small(text: str, letters: dict[str, str], sign: str) -> str:
    tight = text.replace(" ", "")
    if all(character in letters for character in tight):
        return "".join(letters[character] for character in tight)
    return sign + (text if len(text) == 1 or (text.isascii() and text.isalnum()) else f"({text})")


def _line_table(node: Node) -> str:
    rows = [node.parts[i : i + node.width] for i in range(0, len(node.parts), node.width)]
    lines = ["  ".join(_line(cell).strip() for cell in row).strip() for row in rows]
    return "[" + "; ".join(line for line in lines if line) + "]"


WRITERS: dict[str, Callable[[Node], str]] = {
    "row": _line_row,
    "fraction": _line_fraction,
    "root": lambda node: "√" + _closed(_line(node.parts[0])),
    "accent": lambda node: unicodedata.normalize("NFC", _line(node.parts[0]) + node.text),
    "script": _line_script,
    "table": _line_table,
}


# Node → MathML ----------------------------------------------------------------------------------


def mathml(tex: str, *, display: bool = False) -> str:
    """A formula as a MathML element that browsers draw by themselves."""
    root = ET.Element("math", {"display": "block"} if display else {})
    root.append(_element(Parser(tex).row()))
    return ET.tostring(root, encoding="unicode")


def _element(node: Node | None) -> ET.Element:
    node = node or Node("row")
    if node.kind == "script":
        return _script_element(node)
    if node.kind == "table":
        return _table_element(node)
    tag = {"letter": "mi", "number": "mn", "sign": "mo", "word": "mtext", "fraction": "mfrac", "root": "msqrt"}
    element = ET.Element(tag.get(node.kind, "mrow"))
    if node.kind == "space":
        return ET.Element("mspace", {"width": f"{node.text.count(EM) or 0.25 * len(node.text):g}em"})
    if node.kind == "accent":
        element = ET.Element("mover", {"accent": "true"})
    element.text = node.text if not node.parts else None
    element.extend(_element(part) for part in node.parts)
    if node.kind == "accent":
        ET.SubElement(element, "mo").text = {"\u0302": "^", "\u0304": "¯", "\u0303": "~"}.get(node.text, node.text)
    return element


def _script_element(node: Node) -> ET.Element:
    base, below, above = node.parts
    limits = base is not None and base.text in {"∑", "∏", "max", "min"}
    names = ("munder", "mover", "munderover") if limits else ("msub", "msup", "msubsup")
    tag = names[2] if below and above else names[0] if below else names[1]
    element = ET.Element(tag)
    element.extend(_element(part) for part in (base, below, above) if part)
    return element


def _table_element(node: Node) -> ET.Element:
    row = ET.Element("mrow")
    opening, closing = {"pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "cases": ("{", "")}.get(node.text, ("", ""))
    ET.SubElement(row, "mo").text = opening
    table = ET.SubElement(row, "mtable")
    for start in range(0, len(node.parts), node.width):
        line = ET.SubElement(table, "mtr")
        for cell in node.parts[start : start + node.width]:
            ET.SubElement(line, "mtd").append(_element(cell))
    ET.SubElement(row, "mo").text = closing
    return row
