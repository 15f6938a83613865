"""The pictures of a report in letters and signs, for a terminal."""

from __future__ import annotations

import math

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Rich

from grader import words
from grader.describing import largest_difference, short
from grader.graph_layout import shown
from grader.messages import Graph, HeatMap, Language, Picture, Text, Trace

FEW = 5  # steps: fewer make no curve
AROUND = 3  # steps shown on either side of the first wrong one
LARGEST = 6  # rows and columns of a matrix that are shown
BARS = "▁▂▃▄▅▆▇█"
LOOK_HERE = Text("look here", "看这里")
FIRST_WRONG = Text("first wrong", "首次出错")


def sketch(picture: Picture, language: Language, width: int) -> RenderableType | None:
    """The picture, or None where it shows nothing that is wrong."""
    if isinstance(picture, Graph):
        return _graph(picture, language) if picture.wrong_edge or picture.wrong_nodes else None
    if isinstance(picture, Trace):
        return _trace(picture, language, width) if picture.first_wrong is not None else None
    return _heat_map(picture, language) if largest_difference(picture) else None


def _graph(graph: Graph, language: Language) -> RenderableType:
    """One line a node in the order of computation; the wrong edge stands at the node it leads into."""
    table = Table.grid(padding=(0, 2, 0, 0))
    inputs = [name for name, expression in graph.nodes if not expression]
    table.add_row(Rich(", ".join(inputs), style="bold"), Rich(words.INPUTS(language), style="dim"))
    for name, expression in graph.nodes:
        if not expression:
            continue
        line = Rich(f"= {shown(expression)}")
        if graph.wrong_edge and graph.wrong_edge[1] == name:
            mark = f"   ◀╌╌ ✗ ∂{name}/∂{graph.wrong_edge[0]}  {LOOK_HERE(language)}"
            line.append(mark, style="bold red")
        elif name in graph.wrong_nodes:
            line.append(f"   ✗ {FIRST_WRONG(language)}", style="bold red")
        table.add_row(Rich(name, style="bold"), line)
    return table


def _trace(trace: Trace, language: Language, width: int) -> RenderableType:
    """Two small curves, and the numbers around the first wrong step."""
    first = trace.first_wrong or 0
    room = max(min(width - 12, 60), 10)
    both = [value for value in (*trace.got, *trace.expected) if math.isfinite(value)]
    curves = Table.grid(padding=(0, 2, 0, 0))
    for name, values in ((words.YOURS, trace.got), (words.EXPECTED, trace.expected)):
        curves.add_row(name(language), Rich(_curve(values, min(both), max(both), room)))
    at = first if len(trace.got) <= room else int(first * room / len(trace.got))
    curves.add_row("", Rich(" " * at + "▲ ✗", style="bold red"))
    steps = _steps(trace, first, language)
    if len(trace.got) < FEW:
        return Group(Rich(trace.title(language), style="bold"), steps)
    return Group(Rich(trace.title(language), style="bold"), curves, steps)


def _curve(values: tuple[float, ...], low: float, high: float, room: int) -> str:
    count = min(len(values), room)
    chosen = [values[int(i * len(values) / count)] for i in range(count)]
    span = (high - low) or 1.0
    return "".join(BARS[int((v - low) / span * 7.999)] if math.isfinite(v) else "?" for v in chosen)


def _steps(trace: Trace, first: int, language: Language) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in (words.STEP, words.YOURS, words.EXPECTED):
        table.add_column(name(language), justify="right")
    table.add_column("")
    for step in range(max(first - AROUND + 1, 0), min(first + AROUND, len(trace.got))):
        mark = f"✗ {FIRST_WRONG(language)}" if step == first else ""
        style = "bold red" if step == first else ""
        table.add_row(str(step), short(trace.got[step]), short(trace.expected[step]), mark, style=style)
    return table


def _heat_map(picture: HeatMap, language: Language) -> RenderableType:
    """Both matrices, as far as they fit; entries that differ carry a cross."""
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column(f"{picture.title(language)} {words.YOURS(language)}".strip())
    table.add_column(words.EXPECTED(language))
    table.add_row(_matrix(picture.got, picture.expected), _matrix(picture.expected, picture.expected))
    return table


def _matrix(matrix: tuple[tuple[float, ...], ...], expected: tuple[tuple[float, ...], ...]) -> Table:
    grid = Table.grid(padding=(0, 1))
    size = max((abs(e) for row in expected for e in row if math.isfinite(e)), default=1.0)
    for mine, theirs in zip(matrix[:LARGEST], expected[:LARGEST], strict=True):
        cells = [_entry(m, t, size) for m, t in zip(mine[:LARGEST], theirs[:LARGEST], strict=True)]
        grid.add_row(*cells, "…" if len(mine) > LARGEST else "")
    if len(matrix) > LARGEST:
        grid.add_row("⋮")
    return grid


def _entry(got: float, expected: float, size: float) -> Rich:
    same = got == expected or abs(got - expected) <= 1e-6 * size
    text = f"{short(got, 3)}{' ' if same else '✗'}"
    return Rich(text, style="" if same else "bold red", justify="right")
