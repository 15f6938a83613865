"""What to draw: the computational graph with its first wrong edge, traces, heat maps. Data, no ink."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from grader.arrays import Array, agreeing, as_array
from grader.calls import Returned
from grader.comparing import Difference, Part, part_agrees, split
from grader.diagnosing import Answer
from grader.exercise import Exercise
from grader.messages import Graph, HeatMap, Picture, Text, Thought, Trace

LARGEST = 40  # rows and columns of a heat map that can still be read


def pictures(exercise: Exercise, answers: tuple[Answer, ...], thoughts: tuple[Thought, ...]) -> tuple[Picture, ...]:
    """One picture of each kind that has something to show: from a wrong answer where there is one."""
    return (*_graphs(exercise, answers, thoughts), *_plots(exercise, answers))


def _plots(exercise: Exercise, answers: tuple[Answer, ...]) -> Iterator[Trace | HeatMap]:
    drawn: set[str] = set()
    for answer in sorted(answers, key=lambda answer: answer.difference is None or not answer.check.public):
        if not answer.check.public:
            continue
        for part in _plotted_parts(exercise, answer):
            if part.name not in drawn:
                drawn.add(part.name)
                yield from _plot(part, answer)


def _plotted_parts(exercise: Exercise, answer: Answer) -> Iterator[Part]:
    function = exercise.functions[answer.call.function]
    if not function.plot or not isinstance(answer.outcome, Returned):
        return
    parts = split(answer.outcome.value, answer.expected, function.returns)
    for part in [] if isinstance(parts, Difference) else parts:
        if part.name in function.plot and _same_shape(part):
            yield part


def _same_shape(part: Part) -> bool:
    try:
        return bool(as_array(part.got).shape == part.expected.shape)
    except ValueError:
        return False


def _plot(part: Part, answer: Answer) -> Iterator[Trace | HeatMap]:
    got, expected = np.asarray(as_array(part.got), float), np.asarray(part.expected, float)
    square = expected.ndim == 2 and expected.shape[0] == expected.shape[1]
    if expected.ndim == 1 and expected.size > 2:
        yield _trace(part.name, got, expected, answer.check.tolerance)
    elif expected.ndim == 2 and not square and expected.shape[1] <= 4:
        for column in range(expected.shape[1]):
            yield _trace(f"{part.name}[:, {column}]", got[:, column], expected[:, column], answer.check.tolerance)
    elif expected.ndim == 2 and max(expected.shape) <= LARGEST:
        yield HeatMap(Text(part.name, part.name), _rows(got), _rows(expected))


def _trace(name: str, got: Array, expected: Array, tolerance: float) -> Trace:
    wrong = np.flatnonzero(~agreeing(got, expected, tolerance))
    first = int(wrong[0]) if wrong.size else None
    return Trace(Text(name, name), tuple(got.tolist()), tuple(expected.tolist()), first)


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())


def _graphs(exercise: Exercise, answers: tuple[Answer, ...], thoughts: tuple[Thought, ...]) -> Iterator[Graph]:
    for entry in exercise.sheet.of("graph"):
        nodes, edges = read_graph(entry.source)
        verdicts = _part_verdicts(exercise, exercise.graphs[entry.name], answers)
        named = next((thought.edge for thought in thoughts if thought.edge in edges), None)
        wrong_nodes = tuple(name for name, _ in nodes if verdicts.get(name) is False)
        wrong_edge = named or _edge_into(wrong_nodes[:1], edges) or _first_wrong_edge(nodes, edges, verdicts)
        yield Graph(exercise.sheet.title, nodes, edges, wrong_nodes[:1], wrong_edge)


def read_graph(source: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Nodes (name, expression) and edges (input, result) of a straight-line function."""
    function = next(s for s in ast.parse(source).body if isinstance(s, ast.FunctionDef))
    nodes: list[tuple[str, str]] = [(argument.arg, "") for argument in function.args.args]
    edges: list[tuple[str, str]] = []
    for statement in function.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            result = statement.targets[0].id
            used = [n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)]
            known = {name for name, _ in nodes}
            edges += [(name, result) for name in dict.fromkeys(used) if name in known]
            nodes.append((result, ast.unparse(statement.value)))
    return tuple(nodes), tuple(edges)


def _part_verdicts(exercise: Exercise, functions: tuple[str, ...], answers: tuple[Answer, ...]) -> dict[str, bool]:
    """Per named part of the answers: whether it was right in every call that gave it."""
    verdicts: dict[str, bool] = {}
    for answer in answers:
        if answer.call.function not in functions or not isinstance(answer.outcome, Returned):
            continue
        parts = split(answer.outcome.value, answer.expected, exercise.functions[answer.call.function].returns)
        for part in [] if isinstance(parts, Difference) else parts:
            right = part_agrees(part, answer.check.tolerance)
            verdicts[part.name] = verdicts.get(part.name, True) and right
    return verdicts


def _edge_into(wrong: tuple[str, ...], edges: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    return next((edge for edge in edges if edge[1] in wrong), None)


def _first_wrong_edge(
    nodes: tuple[tuple[str, str], ...], edges: tuple[tuple[str, str], ...], verdicts: dict[str, bool]
) -> tuple[str, str] | None:
    """Going backward, the first edge that no right gradient has passed through and a wrong one has.

    The gradient at node v is the part `dv`: it passes through every edge on the paths from v to the end.
    """
    passed_by = {edge: _leaves_below(edge[0], edges) for edge in edges}
    order = {name: place for place, (name, _) in enumerate(nodes)}
    for edge in sorted(edges, key=lambda edge: (order[edge[1]], order[edge[0]]), reverse=True):
        told = [verdicts[f"d{name}"] for name in passed_by[edge] if f"d{name}" in verdicts]
        if told and not any(told):
            return edge
    return None


def _leaves_below(node: str, edges: tuple[tuple[str, str], ...]) -> set[str]:
    """The node and everything it was computed from."""
    below = {node}
    for start, end in reversed(edges):
        if end in below:
            below.add(start)
    return below
