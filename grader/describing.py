"""What a picture shows, in one sentence: for captions, for the terminal and for those who cannot see it."""

from __future__ import annotations

import math
import re
from numbers import Complex, Real

from grader.calls import Value
from grader.messages import Graph, HeatMap, Picture, Text, Trace

Index = tuple[int, int]


def summary(picture: Picture) -> Text:
    """The sentence: the first wrong edge, the first wrong step, or the largest difference."""
    if isinstance(picture, Graph):
        return _graph(picture)
    return _trace(picture) if isinstance(picture, Trace) else _heat_map(picture)


def in_order(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    """Graphs, then traces with the earliest wrong step first, then matrices of more than one entry."""
    graphs = [picture for picture in pictures if isinstance(picture, Graph)]
    traces = [picture for picture in pictures if isinstance(picture, Trace)]
    maps = [picture for picture in pictures if isinstance(picture, HeatMap) and sum(map(len, picture.got)) > 1]
    traces.sort(key=lambda trace: math.inf if trace.first_wrong is None else trace.first_wrong)
    return (*graphs, *traces, *maps)


def shows_fault(picture: Picture) -> bool:
    """Whether something in it is marked as wrong."""
    if isinstance(picture, Graph):
        return bool(picture.wrong_edge or picture.wrong_nodes)
    return picture.first_wrong is not None if isinstance(picture, Trace) else largest_difference(picture) is not None


def _graph(graph: Graph) -> Text:
    if graph.wrong_edge in graph.edges and graph.wrong_edge:
        start, end = graph.wrong_edge
        return Text(
            f"Going back from the loss, the first wrong step is from {end} to {start}: look at ∂{end}/∂{start}.",
            f"从损失往回传，第一处出错的是从 {end} 到 {start} 的一步：请检查 ∂{end}/∂{start}。",
        )
    if graph.wrong_nodes:
        return Text(f"The first wrong value is {graph.wrong_nodes[0]}.", f"第一个算错的量是 {graph.wrong_nodes[0]}。")
    count = len(graph.nodes)
    return Text(f"The computational graph, {count} nodes.", f"计算图，共 {count} 个节点。")


def _trace(trace: Trace) -> Text:
    name, first = trace.title, trace.first_wrong
    if trace.unit:
        got, expected = (f"{short(values[-1])} {trace.unit}" for values in (trace.got, trace.expected))
        zh = f"{name.zh}：最后为 {got}，参考实现为 {expected}。"
        return Text(f"{name.en}: at last {got}, the reference {expected}.", zh)
    if first is None:
        return Text(f"{name.en}: right at every step.", f"{name.zh}：每一步都正确。")
    got, expected = short(trace.got[first]), short(trace.expected[first])
    return Text(
        f"{name.en}: the first wrong step is {first}: {got}, expected {expected}.",
        f"{name.zh}：第一处出错在第 {first} 步（从 0 数起）：得 {got}，应为 {expected}。",
    )


def _heat_map(picture: HeatMap) -> Text:
    name = picture.title
    worst = largest_difference(picture)
    if worst is None:
        return Text(f"{name.en or 'The answer'}: no entry differs.", f"{name.zh or '答案'}：没有不同的元素。")
    row, column = worst
    at = f"{name.en}[{row}, {column}]"
    got, expected = short(picture.got[row][column]), short(picture.expected[row][column])
    return Text(
        f"The largest difference is at {at}: {got}, expected {expected}.",
        f"差别最大的是 {at}：得 {got}，应为 {expected}。",
    )


def largest_difference(picture: HeatMap) -> Index | None:
    """The entry that is furthest off, a missing number before all; None where nothing differs to the eye."""
    entries = [
        (_distance(got, expected), (i, j))
        for i, (mine, theirs) in enumerate(zip(picture.got, picture.expected, strict=True))
        for j, (got, expected) in enumerate(zip(mine, theirs, strict=True))
    ]
    size = max((abs(e) for row in picture.expected for e in row if math.isfinite(e)), default=1.0)
    worst, index = max(entries, key=lambda entry: entry[0], default=(0.0, (0, 0)))
    return index if worst > 1e-9 * max(size, 1e-12) else None


def _distance(got: float, expected: float) -> float:
    if got == expected or (math.isnan(got) and math.isnan(expected)):
        return 0.0
    return abs(got - expected) if math.isfinite(got) and math.isfinite(expected) else math.inf


def short(value: Value, digits: int = 6) -> str:
    """A number, real or complex, with the digits that matter: six unless told, and none that are only zeros."""
    # numpy's numbers of every kind are registered as these, except its truth values
    whole = complex(value) if isinstance(value, Complex) and not isinstance(value, Real) else float(value)
    return re.sub(r"e\+?(-?)0*(?=\d)", r"e\1", f"{whole:.{digits}g}").replace("-", "−")
