"""Where the nodes of a computational graph go: columns by depth, inputs beside their first use, few crossings."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from grader.messages import Graph

GAP_X, GAP_Y, EDGE, FOOT = 56.0, 18.0, 14.0, 46.0
HEIGHT_INPUT, HEIGHT = 42.0, 52.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node's rectangle, in user units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """All rectangles by node, and the size of the picture."""

    boxes: dict[str, Box]
    width: float
    height: float

    def ends(self, edge: tuple[str, str]) -> tuple[Point, Point]:
        """Where an edge leaves its first node and enters its second."""
        start, end = self.boxes[edge[0]], self.boxes[edge[1]]
        return (start.x + start.width, start.y + start.height / 2), (end.x, end.y + end.height / 2)


def arrange(graph: Graph) -> Layout:
    """Columns from left to right; room for a label below where an edge is wrong."""
    columns = _ordered(_columns(graph), graph)
    expressions = dict(graph.nodes)
    heights = [sum(_height(expressions[name]) + GAP_Y for name in column) - GAP_Y for column in columns]
    tallest = max(heights, default=0.0)
    boxes: dict[str, Box] = {}
    x = EDGE
    for column, height in zip(columns, heights, strict=True):
        width = max(_width(name, expressions[name]) for name in column)
        y = EDGE + (tallest - height) / 2
        for name in column:
            own = _width(name, expressions[name])
            boxes[name] = Box(x + (width - own) / 2, y, own, _height(expressions[name]))
            y += _height(expressions[name]) + GAP_Y
        x += width + GAP_X
    foot = FOOT if graph.wrong_edge in graph.edges else 0.0
    return Layout(boxes, x - GAP_X + EDGE, tallest + 2 * EDGE + foot)


def shown(expression: str) -> str:
    """An expression as it is written in a node."""
    plain = expression.replace(" ** 2", "²").replace(" * ", "·").replace("np.", "").replace("torch.", "")
    return plain if len(plain) <= 34 else plain[:33] + "…"


def text_width(words: str, size: float = 14.0) -> float:
    """About how wide `words` will be: letters of East Asia are twice as wide."""
    return sum(size if unicodedata.east_asian_width(letter) in "WF" else size * 0.56 for letter in words)


def _width(name: str, expression: str) -> float:
    words = f"= {shown(expression)}" if expression else ""
    return max(text_width(words, 12.5) + 22, text_width(f"{name} ✗", 17) + 18, 46)


def _height(expression: str) -> float:
    return HEIGHT if expression else HEIGHT_INPUT


def _columns(graph: Graph) -> list[list[str]]:
    depth: dict[str, int] = {}
    for name, _ in graph.nodes:
        before = [depth[start] for start, end in graph.edges if end == name and start in depth]
        depth[name] = max(before, default=-1) + 1
    for name, expression in graph.nodes:
        after = [depth[end] for start, end in graph.edges if start == name]
        if not expression and after:
            depth[name] = min(after) - 1
    count = max(depth.values(), default=-1) + 1
    columns = [[name for name, _ in graph.nodes if depth[name] == column] for column in range(count)]
    return [column for column in columns if column]


def _ordered(columns: list[list[str]], graph: Graph) -> list[list[str]]:
    """Each node near the mean height of its neighbours, swept back and forth a few times."""
    for sweep in range(6):
        rank = {name: (i + 0.5) / len(column) for column in columns for i, name in enumerate(column)}
        for column in columns if sweep % 2 else columns[::-1]:
            column.sort(key=lambda name: (_pull(name, graph, rank), rank[name]))
            rank |= {name: (i + 0.5) / len(column) for i, name in enumerate(column)}
    return columns


def _pull(name: str, graph: Graph, rank: dict[str, float]) -> float:
    near = [rank[b if a == name else a] for a, b in graph.edges if name in (a, b)]
    return sum(near) / len(near) if near else rank[name]
