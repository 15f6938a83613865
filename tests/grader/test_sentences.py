"""What students are told is a sentence: no code word of the box, no formula out of quoted text, and the true place."""

from __future__ import annotations

import pytest

from grader.calls import Failed, File, Mention, Note
from grader.formulas import plain
from grader.noticing import notes
from grader.sentences import autograd_at, failure, trouble
from web.formulas import formulas

ADA = File("ada.py", "def f(x):\n    return x\n")
TOOLS = File("tools.py", "def g(x):\n    return x\n")
NOTEBOOK = File("ada.ipynb", "import numpy\ndef f(x):\n    return x\n", (1, 2))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no module: pandas", "pandas is not available in the grader; numpy, torch and the standard library are"),
        ("no module: torch", "torch is here only where the file says “import torch”"),
        ("syntax: invalid syntax", "Python cannot read this: invalid syntax"),
        ("python 2 print: ", "this is the print of Python 2; write print(…)"),
        ("too nested: ", "this is nested too deeply to be read"),
    ],
)
def test_what_stops_a_call_is_said_as_it_is_where_it_stops_the_file(text, words):
    failed = Failed("raised", text, "ada.py", 2)
    assert failure(failed, (ADA,)).en == f"{words} (line 2)"
    assert trouble(failed, ("f",), (ADA,)).text.en == f"ada.py, line 2: {words}"


def test_an_exception_while_a_file_is_loaded_is_placed_once():
    failed = Failed("raised", "ZeroDivisionError: division by zero", "ada.py", 2)
    assert trouble(failed, ("f",), (ADA,)).text.en == "ada.py, line 2: it raised ZeroDivisionError: division by zero"
    assert trouble(failed, ("f",), (ADA,)).code == "raised"


def test_a_sign_of_chinese_input_mode_is_called_so_where_it_stops_the_file():
    failed = Failed("raised", "syntax: invalid character '，' (U+FF0C)", "ada.py", 2)
    said = trouble(failed, ("f",), (ADA,)).text
    assert said.en.endswith("， is typed in Chinese input mode, or copied from a text; Python writes ,")
    assert said.zh.endswith("请切换到英文输入，写成 ,")


def test_a_place_names_its_file_where_there_are_several():
    failed = Failed("raised", "KeyError: 'b'", "tools.py", 2)
    assert failure(failed, (ADA, TOOLS)).en == "it raised KeyError: 'b' (tools.py, line 2)"
    assert failure(failed, (ADA, TOOLS)).zh == "抛出了异常 KeyError: 'b'；字典里没有键 'b'（tools.py 第 2 行）"
    assert failure(failed, (TOOLS,)).en == "it raised KeyError: 'b' (line 2)"


@pytest.mark.parametrize(
    ("files", "place"),
    [((NOTEBOOK,), "In code cell 2, line 1"), ((NOTEBOOK, ADA), "In ada.ipynb, code cell 2, line 1")],
)
def test_a_name_that_is_nearly_the_wanted_one_is_shown_with_its_place(files, place):
    text = failure(Failed("missing", "forward~forwards", "ada.ipynb", 2), files).en
    assert text == f"forward is not defined. {place} there is forwards: did you mean that? Then rename it"


@pytest.mark.parametrize("quoted", ["cost $x^2$", "$$x_1$$", r"\$x_1\$", "one $ only", "a$b_1$c$"])
def test_a_students_dollars_make_no_formula(quoted):
    texts = [
        failure(Failed("raised", f"ValueError: {quoted}", "ada.py", 2), (ADA,)),
        trouble(Failed("raised", f"syntax: {quoted}", "ada.py", 2), ("f",), (ADA,)).text,
        trouble(Failed("raised", "ValueError", quoted, 2), ("f",), (ADA,)).text,
        *(remark.text for remark in notes((Note("magic", quoted), Note("skipped", quoted), Note("encoding", quoted)))),
        autograd_at(Mention("import", "torch", quoted, 1)).hint,
    ]
    for text in texts:
        for said in (text.en, text.zh):
            assert quoted in plain(said)
            assert quoted in formulas(said).unescape()


def test_a_dollar_of_ours_still_opens_a_formula_beside_one_of_theirs():
    assert plain(r"$x_1$ raised \$y_1$z_2$") == "x₁ raised $y_1z₂"


def test_a_forbidden_way_in_a_notebook_is_placed_in_its_cell():
    hint = autograd_at(Mention("attribute", "loss.backward", "ada.ipynb", 3), (NOTEBOOK,)).hint
    assert hint.en.endswith("(ada.ipynb, code cell 2, line 2: loss.backward)")
    assert hint.zh.endswith("（ada.ipynb 第 2 个代码单元第 2 行：loss.backward）")


def test_a_line_that_is_not_python_is_called_so():
    (remark,) = notes((Note("magic", "%matplotlib inline"),))
    assert remark.text.en == "The line “%matplotlib inline” was left out: it is not Python."


def test_weaker_limits_are_said_without_the_names_of_the_kernel():
    (remark,) = notes((Note("no-cgroup", ""),))
    assert remark.text.en == "The limits were held in a weaker way on this machine (see grader doctor)."
    assert "cgroup" not in remark.text.zh


@pytest.mark.parametrize(("count", "words"), [(1, ""), (2, " and in 1 more place"), (3, " and in 2 more places")])
def test_code_that_was_skipped_in_several_places_is_told_of_once(count, words):
    (remark,) = notes(tuple(Note("skipped", "print(1)", "ada.py", 2 + i) for i in range(count)))
    assert remark.text.en == f"The top-level code here (print(1)){words} was not run: the functions do not need it."
