"""Pictures of a report as SVG: what picturing.py found, in ink. Shapes say what is wrong; classes colour it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from grader import graph_layout
from grader.charts import draw_heat_maps, draw_trace
from grader.describing import summary
from grader.messages import Graph, HeatMap, Language, Picture, Text
from grader.svg import Canvas, number

WRONG_EDGE = Text("first wrong step back", "回传第一处出错")


@dataclass(frozen=True)
class Drawing:
    """An SVG element as text, and the words below it."""

    caption: str
    svg: str


def draw(picture: Picture, language: Language) -> tuple[Drawing, ...]:
    """The drawings of one picture: one for a graph or a trace, three for a heat map."""
    if isinstance(picture, HeatMap):
        return tuple(Drawing(caption, svg) for caption, svg in draw_heat_maps(picture, language))
    words = summary(picture)(language)
    svg = draw_graph(picture, language) if isinstance(picture, Graph) else draw_trace(picture, language)
    return (Drawing(words, svg),)


def draw_graph(graph: Graph, language: Language) -> str:
    """Nodes from left to right in the order of computation; the wrong edge is dashed, thick and labelled."""
    layout = graph_layout.arrange(graph)
    label = _label(graph, language)
    width = max(layout.width, _label_width(label) + 8 if label else 0)
    canvas = Canvas(width, layout.height, graph.title(language), summary(graph)(language))
    for edge in sorted(graph.edges, key=lambda edge: edge == graph.wrong_edge):
        _edge(canvas, layout, edge, wrong=edge == graph.wrong_edge)
    for name, expression in graph.nodes:
        _node(canvas, layout.boxes[name], name, expression, wrong=name in graph.wrong_nodes)
    if label and graph.wrong_edge:
        _edge_label(canvas, layout, graph.wrong_edge, label)
    return canvas.text()


def _label(graph: Graph, language: Language) -> str:
    """What is written at the wrong edge; empty where there is none."""
    if not graph.wrong_edge or graph.wrong_edge not in graph.edges:
        return ""
    start, end = graph.wrong_edge
    return f"✗ ∂{end}/∂{start}: {WRONG_EDGE(language)}"


def _label_width(label: str) -> float:
    return graph_layout.text_width(label) + 22


def _node(canvas: Canvas, box: graph_layout.Box, name: str, expression: str, *, wrong: bool) -> None:
    kind = "node" + ("" if expression else " input") + (" wrong" if wrong else "")
    canvas.add("rect", kind, x=box.x, y=box.y, width=box.width, height=box.height, rx=9)
    middle = box.x + box.width / 2
    canvas.write(name + (" ✗" if wrong else ""), middle, box.y + (22 if expression else 28), "name", anchor="middle")
    if expression:
        canvas.write(f"= {graph_layout.shown(expression)}", middle, box.y + 39, "faint", anchor="middle")


def _edge(canvas: Canvas, layout: graph_layout.Layout, edge: tuple[str, str], *, wrong: bool) -> None:
    (x1, y1), (x2, y2) = layout.ends(edge)
    bend = max((x2 - x1) / 2, 18)
    kind = " wrong" if wrong else ""
    path = f"M{number(x1)} {number(y1)} C{number(x1 + bend)} {number(y1)} {number(x2 - bend)} {number(y2)} "
    canvas.add("path", f"edge{kind}", d=path + f"{number(x2 - 7)} {number(y2)}")
    tip = f"M{number(x2)} {number(y2)} l-10 -5 l0 10 z"
    canvas.add("path", f"tip{kind}", d=tip)


def _edge_label(canvas: Canvas, layout: graph_layout.Layout, edge: tuple[str, str], label: str) -> None:
    """Below the graph, tied to the edge by a thin line: there it covers nothing."""
    (x1, y1), (x2, y2) = layout.ends(edge)
    middle, width = (x1 + x2) / 2, _label_width(label)
    left = min(max(middle - width / 2, 4), max(layout.width - width - 4, 4))
    top = layout.height - graph_layout.FOOT + 8
    canvas.add("path", "mark", d=f"M{number(middle)} {number((y1 + y2) / 2)} L{number(middle)} {number(top)}")
    canvas.add("rect", "plate framed", x=left, y=top, width=width, height=26, rx=6)
    canvas.write(label, left + width / 2, top + 18, "label wrong", anchor="middle")


def element(svg: str) -> ET.Element:
    """The SVG of a drawing as a tree, for tests and for pages that build on it."""
    return ET.fromstring(svg)  # noqa: S314 - our own output
