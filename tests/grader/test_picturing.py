"""The picture shows what is known: the edge that a thought names, or the one edge that can be at fault, or none."""

from __future__ import annotations

import pytest

from assignments import find
from grader.calls import Call
from grader.describing import summary
from grader.messages import Graph
from grader.verifying import grade_reply


def graphs(name: str, reply) -> list[Graph]:
    return [picture for picture in grade_reply(find(name), "7", reply).pictures if isinstance(picture, Graph)]


def thinking(name: str, misconception: str) -> list[Graph]:
    exercise = find(name)
    wrong = next(m for m in exercise.misconceptions if m.name == misconception)
    return graphs(name, lambda call: exercise.answer(call, thinking=wrong))


def tampering(name: str, function: str, tamper) -> list[Graph]:
    exercise = find(name)

    def reply(call: Call):
        answer = exercise.answer(call)
        return tamper(answer) if call.function == function else answer

    return graphs(name, reply)


@pytest.mark.parametrize("name", ["softmax_derivative", pytest.param("computational_graph", marks=pytest.mark.slow)])
def test_a_right_solution_has_no_red_in_its_graph(name):
    exercise = find(name)
    assert all((g.wrong_edge, g.wrong_nodes) == (None, ()) for g in graphs(name, exercise.answer))


@pytest.mark.parametrize(
    ("name", "misconception", "edge"),
    [
        ("softmax_derivative", "diagonal_only", ("e", "s")),
        ("mlp_backward", "weight_gradients_for_weights", ("hidden", "z2")),
        ("mlp_backward", "hidden_slope_left_out", ("z1", "hidden")),
        pytest.param("computational_graph", "Overwrites", ("a", "output"), marks=pytest.mark.slow),
        pytest.param("computational_graph", "MinusForgotten", ("b", "margin"), marks=pytest.mark.slow),
    ],
)
def test_a_named_misconception_shows_its_edge(name, misconception, edge):
    assert edge in [graph.wrong_edge for graph in thinking(name, misconception)]


def test_the_misconceptions_of_networks_name_edges_that_are_in_a_graph():
    for name in ("softmax_derivative", "mlp_backward", "computational_graph"):
        exercise = find(name)
        drawn = {edge for graph in graphs(name, exercise.answer) for edge in graph.edges}
        assert {m.edge for m in exercise.misconceptions if m.edge} <= drawn


def test_where_one_edge_alone_can_be_at_fault_it_is_red():
    """dw2 is right, so the gradient was right down to z2; dw1 is wrong while dz1 is right: only w1 → z1 is left."""
    (graph,) = tampering("mlp_backward", "backward", lambda a: (*a[:4], a[4] * a[4], a[5]))
    assert graph.wrong_edge == ("w1", "z1")


def test_where_two_edges_can_be_at_fault_none_is_red():
    """A wrong delta may have gone wrong in the weights or in the sigmoid: nobody knows."""
    (graph,) = tampering("mlp_backward", "backward", lambda a: (*a[:3], a[3] * a[3], a[4] + 1, a[5] + 1))
    assert graph.wrong_edge is None


def test_where_every_gradient_is_wrong_no_edge_is_red():
    (graph,) = tampering("mlp_backward", "backward", lambda a: tuple(part * part + 1 for part in a))
    assert graph.wrong_edge is None


def test_a_wrong_forward_value_marks_its_node_and_no_edge_where_two_lead_to_it():
    (graph,) = tampering("linear_loss", "forward", lambda a: (a[0], a[1] + 1, (a[1] + 1) ** 2))
    assert (graph.wrong_nodes, graph.wrong_edge) == (("r",), None)


@pytest.mark.parametrize(
    ("name", "misconception", "node"),
    [
        ("softmax_derivative", "overflows", "e"),
        ("softmax_derivative", "overflow_raises", "e"),
        ("linear_loss", "predicts_without_target", "r"),
        pytest.param("himmelblau", "without_seven", "v", marks=pytest.mark.slow),
    ],
)
def test_a_misconception_on_the_way_forward_marks_one_value_and_no_edge(name, misconception, node):
    (graph,) = thinking(name, misconception)
    assert (graph.wrong_nodes, graph.wrong_edge) == ((node,), None)
    assert summary(graph).en == f"The first wrong value is {node}."


@pytest.mark.slow
def test_a_given_expression_speaks_for_the_calls_that_were_handed_it():
    """One input's gradient of the neuron is wrong: its edge is red there, and the other expression stays clean."""
    exercise = find("computational_graph")

    def reply(call: Call):
        output, gradients = exercise.answer(call)
        names = [a.name for a in call.arguments[:2]]
        return output, [gradients[0], gradients[1], gradients[2] + 1] if names[1] == "neuron" else gradients

    by_title = {graph.title.en.rpartition(": ")[2]: graph for graph in graphs("computational_graph", reply)}
    assert by_title["neuron"].wrong_edge == ("b", "margin")
    assert by_title["shared"].wrong_edge is None
