"""What Ada reads before the hidden checks open tells her nothing of their inputs, and never that all is well when it is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assignments
from grader.asking import without_torch
from grader.calls import File, Printed, Seconds
from grader.grading import grade
from grader.messages import Finding, Graph, Job, Report, Text, Thought
from grader.plain import to_plain
from grader.rehearsing import grade_reply
from grader.visibility import as_seen

TITLE = Text("is right", "正确")
SECRET = Text("got 0.8125, expected 0.375", "得 0.8125，应为 0.375")
THOUGHT = Thought("M12", "flipped", Text("Which sign?", "符号？"))
GRAPH = Graph(TITLE, (("x", ""), ("f", "2 * x")), (("x", "f"),), ("f",), ("x", "f"))
REPORT = Report("exercise", TITLE, "e", "secret seed", (), seconds=Seconds(1.5, 1.25, 0.25))


def finding(name: str, passed: bool | None, *, public: bool) -> Finding:
    return Finding(name, "f", TITLE, passed, 1.0 if passed else 0.0, 1.0, public, SECRET)


def report(public: bool | None, hidden: bool | None, **more) -> Report:
    """A report of one public and one hidden check with these verdicts."""
    findings = (finding("shown", public, public=True), finding("kept back", hidden, public=False))
    return replace(REPORT, findings=findings, **more)


# What is shown -----------------------------------------------------------------------------------------


def test_a_public_check_says_everything_and_a_hidden_one_its_title_and_verdict():
    shown, hidden = as_seen(report(False, False), opened=False).findings
    assert shown.detail == SECRET
    assert (hidden.title, hidden.passed, hidden.detail) == (TITLE, False, None)


def test_why_a_hidden_check_was_not_run_is_said():
    assert as_seen(report(False, None), opened=False).findings[1].detail == SECRET


@given(st.from_type(Report))
def test_opened_reports_say_everything(any_report):
    assert as_seen(any_report, opened=True) is any_report


def test_where_all_checks_are_public_nothing_is_held_back():
    open_report = replace(REPORT, findings=(finding("shown", False, public=True),), stdout=Printed("7", 3, 0))
    assert as_seen(open_report, opened=False) is open_report


@given(st.from_type(Report))
def test_points_and_verdicts_are_the_same_for_everybody(any_report):
    """So a page never says “all passed” while a hidden check failed or waits."""
    seen = as_seen(any_report, opened=False)
    assert [f.passed for f in seen.findings] == [f.passed for f in any_report.findings]
    assert repr((seen.points, seen.out_of)) == repr((any_report.points, any_report.out_of))
    assert seen.all_passed == any_report.all_passed


@pytest.mark.parametrize("verdict", [False, None])
def test_not_all_passed_while_a_hidden_check_has_not(verdict):
    assert not as_seen(report(True, verdict), opened=False).all_passed


def test_a_report_without_findings_has_not_passed():
    assert not as_seen(REPORT, opened=False).all_passed


# What could tell ---------------------------------------------------------------------------------------


def test_neither_seed_nor_time_is_told():
    seen = as_seen(report(True, False), opened=False)
    assert (seen.seed, seen.seconds) == ("", Seconds())


def test_output_is_cut_where_hidden_checks_began_and_its_length_is_not_told():
    printed = Printed("of the example\nhidden 0.8125", dropped=375, shown=len("of the example\n"))
    seen = as_seen(report(True, True, stdout=printed, stderr=printed), opened=False)
    assert seen.stdout == seen.stderr == Printed("of the example\n", 0, len("of the example\n"))


@pytest.mark.parametrize("text", ["", "hidden 0.8125"])
def test_that_output_is_withheld_is_said_where_a_file_prints_whether_or_not_it_did(text):
    """Else the sentence would tell whether a condition on hidden inputs held."""
    for source, said in (("print(1)", True), ("x = 1", False)):
        seen = as_seen(report(True, True, files=(File("ada.py", source),), stdout=Printed(text)), opened=False)
        assert ("output-withheld" in [remark.code for remark in seen.remarks]) is said


WORDS = {"thoughts": (THOUGHT,), "broken_laws": (Text("The rows sum to 0.", "行和为 0。"),), "pictures": (GRAPH,)}


def test_thoughts_laws_and_red_edges_stay_where_a_public_check_failed_too():
    seen = as_seen(report(False, False, **WORDS), opened=False)
    assert {name: getattr(seen, name) for name in WORDS} == WORDS


def test_thoughts_laws_and_red_edges_that_only_hidden_answers_tell_are_kept_back():
    seen = as_seen(report(True, False, **WORDS), opened=False)
    assert (seen.thoughts, seen.broken_laws) == ((), ())
    assert seen.pictures == (replace(GRAPH, wrong_nodes=(), wrong_edge=None),)


def test_a_forbidden_way_that_the_source_tells_is_always_named():
    autograd = replace(THOUGHT, code="M45")
    assert as_seen(report(None, False, thoughts=(autograd,)), opened=False).thoughts == (autograd,)


# Whole reports -----------------------------------------------------------------------------------------


QUICK = ("product_gradient", "softmax_derivative")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in assignments.names()]
)
def test_what_students_read_does_not_depend_on_hidden_inputs(name, monkeypatch):
    """Whatever Ada's mistake is: other hidden inputs, the same report to the last letter."""
    exercise = assignments.find(name)
    plan = exercise.plan
    public = {planned.check.name: planned for planned in plan("7") if planned.check.public}
    monkeypatch.setattr(exercise, "plan", lambda seed: tuple(public.get(p.check.name, p) for p in plan(seed)))
    for mistaken in exercise.misconceptions[:4]:
        reports = [
            grade_reply(exercise, seed, lambda call, m=mistaken: exercise.answer(call, thinking=m))
            for seed in ("990101", "990102")
        ]
        assert not reports[0].all_passed
        first, second = (json.dumps(to_plain(Report, as_seen(report, opened=False))) for report in reports)
        assert first == second, mistaken.name


def test_hidden_calls_are_put_after_all_public_ones_are_answered():
    exercise = assignments.find("product_gradient")
    asked = []

    def run(request):
        asked.append(request)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        grade(Job("1", "", 0, exercise.name, exercise.edition, (), "7"), exercise, run)
    public = [without_torch(c.arguments) for p in exercise.plan("7") if p.check.public for c in p.calls]
    first = asked[0].calls[: asked[0].first]
    assert [call.arguments for call in first] == public
    assert 0 < len(public) < len(asked[0].calls)
