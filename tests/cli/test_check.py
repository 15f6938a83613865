"""`grader check` answers in JSON for machines, in words for people, and in exit codes for both."""

from __future__ import annotations

import json

import jsonschema
import pytest

from cli.records import SCHEMA

KEYS = [
    "exercise", "edition", "seed", "points", "out_of", "findings", "misconceptions",
    "remarks", "stdout", "stderr", "seconds", "files",
]  # fmt: skip


@pytest.mark.usefixtures("trusted_box")
class TestGrading:
    def test_a_right_solution_ends_with_0_and_a_wrong_one_with_1(self, grader, ada, ben):
        assert grader("check", ben)[0] == 0
        assert grader("check", ada)[0] == 1

    def test_that_the_exercise_was_guessed_is_said_to_people_only(self, grader, ada):
        assert "guessed" in grader("check", ada)[1]
        assert "guessed" not in grader("check", ada, "--exercise", "product_gradient")[1]
        assert "guessed" not in "".join(grader("check", ada, "--json")[1:])

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_json_is_one_object_that_obeys_the_published_schema(self, grader, ada, language):
        code, out, _ = grader("check", ada, "--json", "--seed", "7", "--lang", language)
        report = json.loads(out)
        jsonschema.validate(report, json.loads(SCHEMA.read_text()))
        assert list(report) == KEYS
        assert (code, report["exercise"], report["seed"], report["points"]) == (1, "product_gradient", "7", 0)
        assert report["misconceptions"] == ["M35"]

    def test_the_schema_command_prints_the_schema(self, grader):
        code, out, _ = grader("schema")
        assert code == 0
        jsonschema.Draft202012Validator.check_schema(json.loads(out))

    def test_the_same_seed_gives_the_same_report_and_no_seed_a_fresh_one(self, grader, ada):
        def report(*options):
            return json.loads(grader("check", ada, "--json", *options)[1])

        assert report("--seed", "7")["findings"] == report("--seed", "7")["findings"]
        assert report()["seed"] != report()["seed"]

    def test_the_report_says_how_much_then_which_thought_then_where(self, grader, ada):
        out = grader("check", ada)[1]
        places = [out.index(words) for words in ("0 of ", "Which thought", "Where", "Checks", "seed")]
        assert places == sorted(places)

    def test_a_verdict_is_a_shape_and_a_word(self, grader, ada, ben):
        assert "✓ passed" in grader("check", ben)[1]
        assert "✗ 未通过" in grader("check", ada, "--lang", "zh")[1]

    def test_several_files_are_one_submission(self, grader, ben, tmp_path):
        other = tmp_path / "numbers.py"
        other.write_text("one = 1\n")
        assert grader("check", other, ben)[0] == 0

    def test_markup_and_control_characters_of_a_student_are_shown_and_not_obeyed(self, grader, tmp_path):
        path = tmp_path / "mallory.py"
        path.write_text(
            "def product_backward(x, w, upstream):\n    return '[bold red]\\x1b[2J\\u202e'\n", encoding="utf-8"
        )
        _, out, _ = grader("check", path)
        assert "\x1b[2J" not in out
        assert "\u202e" not in out

    def test_a_replay_of_a_recorded_report_says_the_same(self, grader, ada, tmp_path):
        record = tmp_path / "report.json"
        record.write_text(grader("check", ada, "--json")[1])
        code, out, _ = grader("replay", record)
        assert (code, "The same verdict" in out) == (0, True)

    def test_a_replay_names_the_check_whose_verdict_differs_and_a_changed_edition(self, grader, ada, tmp_path):
        found = json.loads(grader("check", ada, "--json")[1])
        found["findings"][1]["passed"] = True
        found["edition"] = "0" * 16
        record = tmp_path / "report.json"
        record.write_text(json.dumps(found))
        code, out, _ = grader("replay", record)
        assert code == 1
        assert "edition" in out
        assert "local_derivatives: ✓ passed" in out


@pytest.mark.usefixtures("trusted_box")
def test_a_page_is_written_beside_the_json_and_one_that_cannot_be_written_is_a_usage_error(grader, ada, tmp_path):
    page = tmp_path / "report.html"
    code, out, _ = grader("check", ada, "--json", "--html", page)
    assert (code, json.loads(out)["points"]) == (1, 0)
    assert page.read_text().startswith("<!doctype html>")
    assert grader("check", ada, "--html", tmp_path / "gone" / "report.html")[0] == 2


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"exercise": 1}', "[" * 100_000])
def test_a_replay_of_something_else_is_a_usage_error(grader, tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content)
    code, out, err = grader("replay", path)
    assert (code, out) == (2, "")
    assert "is not a report" in err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"files": [{"name": "ada.py", "text": "x" * 2_000_001}]}, "more than 2 million characters"),
        ({"files": [{"name": "ada.py", "text": "梯度" * 1_000_001}]}, "more than 2 million characters"),
        ({"files": [{"name": f"{n}.py", "text": "x = 1"} for n in range(51)]}, "more than 50 files"),
        ({"files": []}, "no file"),
        ({"seed": "1" * 21}, "seed"),
        ({"seed": "$(reboot)"}, "seed"),
    ],
)
def test_a_record_must_keep_to_the_limits_of_what_is_handed_in(grader, tmp_path, changes, words):
    plain = {"exercise": "product_gradient", "edition": "abc", "seed": "1", "findings": []}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**plain, "files": [{"name": "ada.py", "text": "x = 1"}], **changes}))
    code, out, err = grader("replay", path)
    assert (code, out) == (2, "")
    assert words in err


def test_a_record_that_is_too_large_is_not_even_read(grader, tmp_path):
    path = tmp_path / "report.json"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    code, _, err = grader("replay", path)
    assert (code, "too large" in err) == (2, True)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"[" * 10_000, b"def f(): pass\n", b"x" * 5_000_000])
def test_what_cannot_be_graded_is_a_usage_error_with_a_sentence(grader, tmp_path, content, language):
    path = tmp_path / "ada.py"
    path.write_bytes(content)
    code, out, err = grader("check", path, "--json", "--lang", language)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err.strip()


def test_a_missing_file_an_empty_folder_and_an_unknown_exercise_are_usage_errors(grader, ada, tmp_path):
    (tmp_path / "empty").mkdir()
    for arguments, words in {
        (tmp_path / "gone.py",): "There is no file",
        (tmp_path / "empty",): "no .py and no .ipynb",
        (ada, "--exercise", "product_gradeint"): "Did you mean product_gradient",
        (ada, "--seed", "one"): "whole number",
    }.items():
        code, out, err = grader("check", *arguments)
        assert (code, out) == (2, "")
        assert words in err


def test_a_fault_of_ours_ends_with_3_and_says_whose_it_was(grader, ada, monkeypatch):
    from cli import assembly

    def broken(profile):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(assembly, "box", broken)
    code, out, err = grader("check", ada)
    assert (code, out) == (3, "")
    assert "Our fault, not yours" in err


def test_a_fault_of_ours_whose_error_has_a_text_of_its_own_ends_with_3_as_well(grader, ada, monkeypatch):
    """A SyntaxError has a `text` that is no sentence in two languages."""
    from cli import assembly

    def broken(profile):
        raise SyntaxError("invalid syntax", ("ours.py", 1, 1, "def"))

    monkeypatch.setattr(assembly, "box", broken)
    code, out, err = grader("check", ada)
    assert (code, out) == (3, "")
    assert "SyntaxError" in err


def test_a_box_that_cannot_be_had_is_our_fault_with_a_remedy(grader, ada, monkeypatch):
    from cli import assembly
    from grader.messages import Text
    from worker.sandbox.launch import SandboxUnavailable

    def unavailable(profile):
        raise SandboxUnavailable(Text("no user namespaces", "没有用户命名空间"), Text("see {grader} doctor", "请开启"))

    monkeypatch.setattr(assembly, "box", unavailable)
    monkeypatch.setenv("GRADER_COMMAND", "./run grader")
    code, _, err = grader("check", ada)
    assert code == 3
    assert "no user namespaces" in err
    assert "→ see ./run grader doctor" in err


@pytest.mark.box
def test_the_real_box_grades_a_real_file(grader, ada, ben):
    """The whole way: file, guess, box, judge, report."""
    code, out, _ = grader("check", ada, "--json", "--seed", "1")
    assert (code, json.loads(out)["misconceptions"]) == (1, ["M35"])
    assert grader("check", ben)[0] == 0


@pytest.mark.box
def test_a_line_of_a_notebook_is_named_by_its_cell(grader, tmp_path):
    cells = ["import numpy as np", "def product_backward(x, w, upstream):\n    return undefined_name\n"]
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    assert "(code cell 2, line 2)" in grader("check", path)[1]


@pytest.mark.box
def test_a_module_that_is_not_there_is_named_in_words_where_a_call_wants_it(grader, tmp_path):
    path = tmp_path / "ada.py"
    path.write_text("def product_backward(x, w, upstream):\n    import pandas\n    return pandas\n")
    out = grader("check", path)[1]
    assert "pandas is not available in the grader" in out
    assert "no module" not in out
