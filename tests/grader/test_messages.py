"""Messages on the queues: what is sent arrives as it was, and what was not sent by us is refused by name."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.calls import File, Note, Printed, Seconds
from grader.messages import (
    Fault,
    Finding,
    Graded,
    Graph,
    HeatMap,
    Job,
    Message,
    Report,
    Text,
    Trace,
    queue_of,
)
from grader.plain import from_plain, to_plain

JOB = Job(
    submission="s1",
    ticket="t1",
    attempt=0,
    exercise="product_gradient",
    edition="e",
    files=(File("ada.py", "x = '\ud800 你好'\n", (1, 3)),),
    seed="7",
    notes=(Note("encoding", "gbk", line=None),),
)
NAN, INF = float("nan"), float("inf")
TITLE = Text("the loss", "损失")
REPORT = Report(
    exercise="product_gradient",
    title=TITLE,
    edition="e",
    seed="7",
    findings=(
        Finding("first", "f", TITLE, None, 0.0, 2.0, public=True),
        Finding("n", "f", TITLE, True, NAN, INF, False),
    ),
    pictures=(
        Trace(TITLE, (1.0, NAN, -INF), (1.0, 2.0, 3.0), 1),
        HeatMap(TITLE, ((NAN, 0.1),), ((INF, -0.0),)),
        Graph(TITLE, (("x", ""), ("f", "x * y")), (("x", "f"),), ("f",), ("x", "f")),
    ),
)


def through_json(kind, value):
    """As a broker carries it: strict JSON, which knows neither NaN nor Infinity."""
    return from_plain(kind, json.loads(json.dumps(to_plain(kind, value), allow_nan=False)))


# Round trips -------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.characters(), max_size=8)  # lone surrogates too: students' files hold anything
TYPES = {str: TEXTS, float: st.floats(), int: st.integers()}
for plain_type, strategy in TYPES.items():
    st.register_type_strategy(plain_type, strategy)


@settings(deadline=None)
@given(st.from_type(Job))
def test_any_job_arrives_as_it_was_sent(job):
    assert through_json(Job, job) == job


@settings(deadline=None)
@given(st.from_type(Graded))
def test_any_report_arrives_as_it_was_sent(message):
    """Compared as written out: NaN equals nothing, itself least of all."""
    assert repr(through_json(Message, message)) == repr(message)


@settings(deadline=None)
@given(st.from_type(Fault))
def test_any_fault_arrives_as_it_was_sent(message):
    assert through_json(Message, message) == message


def test_numbers_that_json_lacks_arrive_in_findings_and_pictures():
    assert repr(through_json(Report, REPORT)) == repr(REPORT)


def test_a_picture_arrives_as_the_kind_that_it_was():
    assert [type(picture) for picture in through_json(Report, REPORT).pictures] == [Trace, HeatMap, Graph]


def test_whole_points_arrive_as_equal_points():
    finding = Finding("first", "f", TITLE, True, 1, 2, public=True)
    assert through_json(Finding, finding) == finding


# Refusals ----------------------------------------------------------------------------------------------


def changed(path: str, value):
    """The report's plain data with another value at a path like `findings.0.points`."""
    data = to_plain(Report, REPORT)
    *above, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    place = data
    for step in above:
        place = place[step]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("seed", 7, "report.seed must be text, not int"),
        ("seed", None, "report.seed must be text, not NoneType"),
        ("findings.0.passed", 1, "report.findings[0].passed must be true or false, not int"),
        ("findings.0.points", True, "report.findings[0].points must be a number, not bool"),
        ("findings.0.points", "7", "report.findings[0].points must be a number, not str"),
        ("findings.0.points", 10**400, "report.findings[0].points must be a number within"),
        ("findings.0.title", "the loss", "report.findings[0].title must be an object, Text, not str"),
        ("findings.1.title.zh", [], "report.findings[1].title.zh must be text, not list"),
        ("findings", {}, "report.findings must be a list, not dict"),
        ("pictures.0.kind", "Report", "report.pictures[0].kind must be one of"),
        ("pictures.0.kind", [], "report.pictures[0].kind must be one of"),
        ("pictures.0", None, "report.pictures[0].kind must be one of"),
        ("pictures.0.first_wrong", 1.5, "report.pictures[0].first_wrong must be a whole number, not float"),
        ("pictures.1.got.0", [None], "report.pictures[1].got[0][0] must be a number, not NoneType"),
        ("pictures.2.wrong_edge", ["x"], "report.pictures[2].wrong_edge must be a list of 2"),
        ("stdout.extra", 1, "report.stdout.extra is not known"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(path, value, words):
    with pytest.raises(ValueError, match="^" + words.replace("[", r"\[").replace("]", r"\]")):
        from_plain(Report, changed(path, value), "report")


def test_a_missing_field_is_named():
    data = to_plain(Job, JOB)
    del data["ticket"]
    with pytest.raises(ValueError, match=r"^job\.ticket is missing"):
        from_plain(Job, data, "job")


def test_what_an_older_version_wrote_can_be_read():
    """Reports are kept for years, and workers are renewed before the site: a later field has its default."""
    data = to_plain(Job, JOB)
    del data["device"]
    assert from_plain(Job, data, "job") == JOB


@pytest.mark.parametrize("data", [None, 7, "job", [], [{}], {"kind": "Graded"}, {"kind": "Path"}, {}])
def test_what_is_no_message_at_all_is_refused(data):
    with pytest.raises(ValueError, match=r"must be|missing"):
        from_plain(Message, data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "files", "report", "seed"]) | st.text(), inner)
        ),
    )
)
def test_any_json_is_a_message_or_a_value_error(data):
    with pytest.raises(ValueError):  # noqa: PT011 - that it is one, and nothing else, is the claim
        from_plain(Message, data)


def test_a_refusal_does_not_quote_what_it_refuses():
    """Students' code and seeds stay out of logs."""
    with pytest.raises(ValueError, match="must be a list") as refused:
        from_plain(Job, {**to_plain(Job, JOB), "files": "secret words"})
    assert "secret" not in str(refused.value)


def test_the_values_are_whole_again():
    assert through_json(Job, JOB) == JOB
    assert through_json(Graph, REPORT.pictures[2]).wrong_edge == ("x", "f")
    assert through_json(Printed, Printed("x", 3)) == Printed("x", 3)
    assert through_json(Seconds, Seconds(1.5)) == Seconds(1.5)


def test_queues_are_told_apart_by_lane_and_device():
    assert len({queue_of(lane, device) for lane in ("students", "regrades") for device in ("cpu", "gpu")}) == 4


@pytest.mark.slow
def test_messages_are_read_without_torch_and_numpy():
    """A site that shows reports starts in milliseconds."""
    code = "import sys, grader.messages, grader.plain; sys.exit(bool({'torch', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
