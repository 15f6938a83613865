"""What the source mentions: a forbidden way is refused, a look inside Python is shown to whoever grades."""

from __future__ import annotations

import pytest

import assignments
from grader.asking import in_order_of_asking, without_torch
from grader.calls import Failed, Mention, Ran, Returned
from grader.grading import answer_key, grade
from grader.rehearsing import rehearsal
from grader.rules import forbidden_ways

EXERCISE = assignments.find("product_gradient")


def graded(*mentions: Mention):
    """The report on right answers of a file that mentions this."""

    def run(request):
        answers = dict(
            zip(
                [id(c) for p in answer_key(EXERCISE, "3").plan for c in p.calls],
                answer_key(EXERCISE, "3").answers,
                strict=True,
            )
        )
        calls = [call for planned in in_order_of_asking(answer_key(EXERCISE, "3").plan) for call in planned.calls]
        return Ran(tuple(Returned(without_torch(answers[id(call)])) for call in calls), mentions=mentions)

    return grade(rehearsal(EXERCISE, "3"), EXERCISE, run)


INSIDE = pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("attribute", "__closure__"),
        ("attribute", "_getframe"),
        ("import", "sys._getframe"),
        ("attribute", "get_referents"),
        ("import", "gc.get_objects"),
        ("import", "inside.guard"),
        ("import", "ctypes"),
    ],
)


@INSIDE
def test_a_look_inside_python_is_remarked_and_costs_nothing(kind, name):
    """No rule can say what it is for: a person may."""
    report = graded(Mention(kind, name, "ada.py", 3), Mention("attribute", "__subclasses__", "ada.py", 5))
    assert report.all_passed
    assert [(remark.code, remark.line) for remark in report.remarks] == [("looks-inside", 3)]
    assert "instructor" in report.remarks[0].text.en
    assert "教师" in report.remarks[0].text.zh


@INSIDE
def test_with_torch_it_is_refused_where_autograd_is_forbidden(kind, name):
    """There what the guard has put away can be found and used."""
    report = graded(Mention("import", "torch", "ada.py", 1), Mention(kind, name, "ada.py", 3))
    assert report.points == 0
    assert [thought.code for thought in report.thoughts] == ["M45"]
    assert [remark.code for remark in report.remarks] == ["looks-inside"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("import", "gc"),
        ("attribute", "collect"),
        ("define", "inside"),
        ("import", "inspect"),
        ("attribute", "__name__"),
    ],
)
def test_what_honest_programs_use_is_no_look_inside(kind, name):
    assert graded(Mention(kind, name, "ada.py", 3)).remarks == ()


def stopped(*mentions: Mention, line: int | None = 4):
    """The forbidden way that is told of where the guard stopped `grad`."""
    ran = Ran((Failed("forbidden", "torch.autograd.grad", "ada.py", line),), mentions=mentions)
    return forbidden_ways(EXERCISE, ran).hint.en


def test_what_the_guard_stopped_is_told_with_its_place():
    assert stopped().endswith("(ada.py, line 4: torch.autograd.grad)")
    assert "(" not in stopped(line=None)


def test_what_the_source_mentions_is_the_better_place():
    imported = Mention("import", "torch", "ada.py", 1)
    assert stopped(imported, Mention("attribute", "backward", "ada.py", 3)).endswith("(ada.py, line 3: backward)")
