"""What to draw: the computational graph with its first wrong edge, traces, heat maps. Data, no ink."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache

import numpy as np

from grader.answers import Answer
from grader.arrays import Array, agreeing, as_array
from grader.calls import Name, Returned
from grader.comparing import Difference, Part, part_agrees, split
from grader.exercise import Exercise
from grader.messages import Graph, HeatMap, Picture, Text, Thought, Trace
from grader.parsing import parse
from grader.predicting import size

Edge = tuple[str, str]  # from an input to what was computed from it
Edges = tuple[Edge, ...]
Nodes = tuple[tuple[str, str], ...]  # (name, the expression that computes it; empty for an input)

LARGEST = 40  # rows and columns of a heat map that can still be read


def pictures(exercise: Exercise, answers: tuple[Answer, ...], thoughts: tuple[Thought, ...]) -> tuple[Picture, ...]:
    """One picture of each kind that has something to show: from a wrong answer where there is one."""
    return (*_graphs(exercise, answers, thoughts), *_plots(exercise, answers))


def _plots(exercise: Exercise, answers: tuple[Answer, ...]) -> Iterator[Trace | HeatMap]:
    drawn: set[str] = set()
    public = [answer for answer in answers if answer.check.public]
    for answer in sorted(public, key=lambda answer: (answer.difference is None, -size(answer.expected))):
        for part in _plotted_parts(exercise, answer):
            found = [] if part.name in drawn else list(_plot(part, answer))
            drawn |= {part.name} if found else set()
            yield from found


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
    """Every graph of the exercise. An edge is red where a thought names it or nothing else can be at fault."""
    for entry in exercise.sheet.of("graph"):
        nodes, edges = read_graph(entry.source)
        verdicts = _verdicts(exercise, entry.name, answers)
        wrong = tuple(name for name, _ in nodes if verdicts.get(name) is False)[:1]
        forward, backward = _named_edges(exercise, thoughts, nodes, edges)
        if forward:
            wrong, edge = tuple(end for _, end in forward[:1]), None  # one place: where the values go wrong first
        elif thoughts:
            edge = next(iter(backward), None)
        else:
            edge = _edge_into(wrong, nodes, edges, verdicts) or _edge_behind(nodes, edges, verdicts)
        yield Graph(_graph_title(exercise, entry.name), nodes, edges, wrong, edge)


def _named_edges(exercise: Exercise, thoughts: tuple[Thought, ...], nodes: Nodes, edges: Edges) -> tuple[Edges, Edges]:
    """The edges that thoughts name: on the way forward, about functions that return values of nodes, and backward."""
    names = {name for name, _ in nodes}
    about = {m.name: exercise.functions[m.function] for m in exercise.misconceptions}
    forward: list[Edge] = []
    backward: list[Edge] = []
    for thought in thoughts:
        if thought.edge in edges and thought.edge:
            returned = about[thought.name].returns if thought.name in about else ()
            (forward if names & set(returned) else backward).append(thought.edge)
    return tuple(forward), tuple(backward)


def _graph_title(exercise: Exercise, name: str) -> Text:
    title = exercise.sheet.title
    return Text(f"{title.en}: {name}", f"{title.zh}：{name}") if name in exercise.functions else title


@cache
def read_graph(source: str) -> tuple[Nodes, Edges]:
    """Nodes (name, expression) and edges (input, result) of a straight-line function."""
    function = next(s for s in parse(source).body if isinstance(s, ast.FunctionDef))
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


def _verdicts(exercise: Exercise, graph: str, answers: tuple[Answer, ...]) -> dict[str, bool]:
    """Per named part of the answers that a graph speaks for: whether it was right in every call that gave it.

    A graph of a given expression speaks for the calls that were handed it; what has one entry for each of its inputs
    is the gradients at these.
    """
    verdicts: dict[str, bool] = {}
    if not any(answer.difference for answer in answers):
        return verdicts  # nothing is wrong, and nothing will be red
    expression = exercise.functions.get(graph)
    inputs = tuple(inspect.signature(expression.implementation).parameters) if expression else ()
    for answer in answers:
        if answer.call.function not in exercise.graphs[graph] or not isinstance(answer.outcome, Returned):
            continue
        if expression and not any(isinstance(a, Name) and a.name == graph for a in answer.call.arguments):
            continue
        parts = split(answer.outcome.value, answer.expected, exercise.functions[answer.call.function].returns)
        for part in [] if isinstance(parts, Difference) else parts:
            for name, right in _part_verdicts(part, inputs, answer.check.tolerance):
                verdicts[name] = verdicts.get(name, True) and right
    return verdicts


def _part_verdicts(part: Part, inputs: tuple[str, ...], tolerance: float) -> Iterator[tuple[str, bool]]:
    yield part.name, part_agrees(part, tolerance)
    if inputs and part.expected.shape == (len(inputs),) and _same_shape(part):
        right = agreeing(as_array(part.got), part.expected, tolerance)
        yield from zip((f"d{name}" for name in inputs), map(bool, right), strict=True)


def _edge_into(wrong: tuple[str, ...], nodes: Nodes, edges: Edges, verdicts: dict[str, bool]) -> Edge | None:
    """The edge into the first wrong value, where there is one alone and it comes from a value known to be right."""
    into = [edge for edge in edges if edge[1] in wrong]
    known = {name for name, expression in nodes if not expression or verdicts.get(name)}
    return into[0] if len(into) == 1 and into[0][0] in known else None


def _edge_behind(nodes: Nodes, edges: Edges, verdicts: dict[str, bool]) -> Edge | None:
    """Going backward, the first edge at which a gradient must have gone wrong; None where that cannot be known.

    The gradient at node v is the part `dv`, and has passed through every edge from v to the end. A right gradient
    vouches for all that it passed. If a wrong one passed a single edge besides, the fault is there.
    """
    told = [(name, verdicts[f"d{name}"]) for name, _ in nodes if f"d{name}" in verdicts]
    vouched = {edge for name, right in told if right for edge in _edges_above(name, edges)}
    for name, right in reversed(told):
        suspects = [edge for edge in _edges_above(name, edges) if edge not in vouched]
        if vouched and not right and len(suspects) == 1:
            return suspects[0]
    return None


def _edges_above(node: str, edges: Edges) -> list[Edge]:
    """The edges on all paths from a node to the end."""
    reached, found = {node}, []
    for edge in edges:
        if edge[0] in reached:
            reached.add(edge[1])
            found.append(edge)
    return found
