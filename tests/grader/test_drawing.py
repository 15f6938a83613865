"""Pictures show where it went wrong by shape and word, and say the same in a sentence."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

from grader.describing import largest_difference, summary
from grader.drawing import draw
from grader.messages import Graph, HeatMap, Text, Trace

SVG = "{http://www.w3.org/2000/svg}"


def named(name: str) -> Text:
    return Text(name, name)


def chain(count: int, wrong=None) -> Graph:
    nodes = (("v0", ""), *((f"v{i}", f"v{i - 1} * 2") for i in range(1, count)))
    return Graph(named("chain"), nodes, tuple((f"v{i - 1}", f"v{i}") for i in range(1, count)), (), wrong)


def tree(picture, language="en") -> ET.Element:
    return ET.fromstring(draw(picture, language)[0].svg)


def texts(root: ET.Element) -> str:
    return " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


def test_every_node_and_edge_is_drawn_once():
    root = tree(chain(4))
    kinds = [element.get("class", "").split()[0] for element in root.iter() if element.get("class")]
    assert (kinds.count("node"), kinds.count("edge")) == (4, 3)


def test_the_wrong_edge_is_marked_and_labelled():
    root = tree(chain(4, ("v1", "v2")))
    assert [e.get("class") for e in root.iter(f"{SVG}path")].count("edge wrong") == 1
    assert "✗ ∂v2/∂v1" in texts(root)


def test_a_right_graph_has_no_mark():
    assert "✗" not in texts(tree(chain(4)))


def test_edges_go_from_left_to_right():
    from grader.graph_layout import arrange

    graph = Graph(
        named("g"), (("x", ""), ("a", "x + 1"), ("b", "a * x"), ("y", ""), ("c", "b - y")),
        (("x", "a"), ("a", "b"), ("x", "b"), ("b", "c"), ("y", "c")),
    )  # fmt: skip
    layout = arrange(graph)
    for edge in graph.edges:
        (x1, _), (x2, _) = layout.ends(edge)
        assert x1 < x2


def test_no_two_nodes_overlap():
    from grader.graph_layout import arrange

    boxes = list(arrange(chain(9)).boxes.values())
    for i, one in enumerate(boxes):
        for two in boxes[:i]:
            apart = one.x + one.width <= two.x or two.x + two.width <= one.x
            assert apart or one.y + one.height <= two.y or two.y + two.height <= one.y


def test_the_first_wrong_step_is_marked_with_words():
    root = tree(Trace(named("losses"), (3.0, 2.0, 1.0), (3.0, 2.5, 2.0), 1))
    assert "✗ first wrong: step 1" in texts(root)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300, -1e300, 5e-324])
def test_numbers_out_of_range_break_no_picture(bad):
    """A student's loss may be anything; coordinates are always numbers."""
    for picture in (
        Trace(named("losses"), (1.0, bad, bad), (3.0, 2.5, 2.0), 1),
        Trace(named("losses"), (bad, bad, bad), (bad, bad, bad), None),
        HeatMap(named("J"), ((bad, 1.0),), ((1.0, bad),)),
        HeatMap(named("J"), ((bad,),), ((bad,),)),
    ):
        for language in ("en", "zh"):
            for drawing in draw(picture, language):
                root = ET.fromstring(drawing.svg)
                numbers = [
                    v
                    for e in root.iter()
                    for k, v in e.attrib.items()
                    if k in {"x", "y", "cx", "cy", "d", "fill-opacity"}
                ]
                assert not any("nan" in value or "inf" in value for value in numbers)


@pytest.mark.parametrize("steps", [1, 2, 300, 5000])
def test_traces_of_any_length_are_drawn(steps):
    values = tuple(1.0 / (i + 1) ** 3 for i in range(steps))
    assert len(draw(Trace(named("losses"), values, values, None), "en")[0].svg) < 100_000


def test_constant_and_zero_traces_are_drawn():
    for value in (0.0, 7.0, -1e-9):
        tree(Trace(named("losses"), (value,) * 4, (value,) * 4, None))


def test_a_heat_map_shows_got_expected_and_their_difference():
    drawings = draw(HeatMap(named("J"), ((1.0, 0.0),), ((1.0, -0.5),)), "en")
    assert [drawing.caption for drawing in drawings] == ["J yours", "J expected", "J yours − expected"]


def test_a_missing_number_is_the_largest_difference():
    assert largest_difference(HeatMap(named("J"), ((9.0, math.nan),), ((1.0, 1.0),))) == (0, 1)


def test_the_sentence_names_the_place_in_both_languages():
    text = summary(HeatMap(named("J"), ((1.0, 0.0),), ((1.0, -0.5),)))
    assert "J[0, 1]: 0, expected −0.5" in text.en
    assert "J[0, 1]" in text.zh


def test_names_in_a_graph_cannot_write_markup():
    graph = Graph(named("<b>"), (("<x>", ""), ("f", "'<script>' & x")), (("<x>", "f"),), (), ("<x>", "f"))
    assert "<script" not in draw(graph, "en")[0].svg


def test_a_number_in_a_heat_map_fits_its_cell():
    row = (-0.000361234, 0.0123456, -1234.5678, 0.5, math.nan)
    for drawing in draw(HeatMap(named("J"), (row,), (row,)), "en")[:2]:
        written = [text.text for text in ET.fromstring(drawing.svg).iter(f"{SVG}text") if text.get("class") == "value"]
        assert written == ["−4e−4", "0.0123", "−1.2e3", "0.5", "nan"]


@pytest.mark.parametrize("steps", [2, 9, 30, 99, 100, 299, 1000, 12_345])
def test_steps_are_counted_in_round_numbers(steps):
    values = tuple(float(step) for step in range(steps))
    drawn = tree(Trace(named("losses"), values, values, None)).iter(f"{SVG}text")
    ticks = [text.text for text in drawn if text.get("text-anchor") == "middle"]
    assert 2 <= len(ticks) <= 9
    assert ticks[1].rstrip("0") in {"1", "2", "5"}
