"""The few SVG elements that the drawings are made of."""

from __future__ import annotations

from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2000/svg"


class Canvas:
    """One <svg> that scales with its page and says in words what it shows."""

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        size = {"viewBox": f"0 0 {number(width)} {number(height)}", "width": number(width), "height": number(height)}
        self.root = ET.Element("svg", {"xmlns": NAMESPACE, "class": "drawing", "role": "img", **size})
        self.root.set("aria-label", f"{title}. {description}")
        ET.SubElement(self.root, "title").text = title
        ET.SubElement(self.root, "desc").text = description

    def add(self, tag: str, kind: str, *, hover: str = "", **attributes: float | str) -> ET.Element:
        """An element of class `kind`; `hover` is shown while the pointer rests on it."""
        values = {name.replace("_", "-"): v if isinstance(v, str) else number(v) for name, v in attributes.items()}
        element = ET.SubElement(self.root, tag, {"class": kind, **values})
        if hover:
            ET.SubElement(element, "title").text = hover
        return element

    def write(self, words: str, x: float, y: float, kind: str = "", *, anchor: str = "start") -> None:
        element = ET.SubElement(self.root, "text", {"x": number(x), "y": number(y), "text-anchor": anchor})
        if kind:
            element.set("class", kind)
        element.text = words

    def text(self) -> str:
        return ET.tostring(self.root, encoding="unicode")


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
