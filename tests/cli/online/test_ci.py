"""`grader ci`: public checks here, all of them at the service, and never a wrong word about which were run."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from cli import assembly
from grader.messages import Text
from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.cli.online.conftest import SERVICE
from tests.web.api.conftest import grade, made_report
from worker.sandbox.launch import SandboxUnavailable

TOML = f'service = "{SERVICE}"\ncourse = "backprop"\n[exercises]\nproduct_gradient = ["solution.py"]\n'


@pytest.fixture
def repository(wire, tmp_path):
    """Ada's, with a solution in it."""

    def write(text=RIGHT, toml=TOML):
        (tmp_path / "solution.py").write_text(text)
        (tmp_path / "chainrule.toml").write_text(toml)
        return tmp_path

    write()
    return write


@pytest.mark.usefixtures("trusted_box", "repository")
class TestWithoutAToken:
    def test_a_right_solution_ends_with_0_and_it_is_said_that_only_public_checks_ran(self, grader, wire):
        code, out, err = grader("ci")
        assert (code, wire.requests) == (0, [])
        assert "only the public checks ran" in err
        assert "All checks passed" not in out

    def test_a_wrong_one_ends_with_1(self, grader, repository):
        repository(OWN_VALUE)
        assert grader("ci")[0] == 1

    def test_on_github_annotations_and_summary_are_written_unasked_and_output_is_no_command(
        self, grader, repository, monkeypatch, tmp_path
    ):
        repository(OWN_VALUE)
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        _, out, _ = grader("ci")
        lines = out.splitlines()
        word = re.fullmatch(r"::stop-commands::(\w{32})", lines[0])[1]
        end = lines.index(f"::{word}::")
        assert any("0 of" in line for line in lines[:end])
        told = lines[end + 1 :]
        assert told
        assert [line for line in told if not re.match(r"::(error|warning|notice) file=solution.py", line)] == []
        assert "M35" in (tmp_path / "summary.md").read_text()

    def test_without_a_box_it_is_our_fault(self, grader, monkeypatch):
        def none(profile):
            raise SandboxUnavailable(Text("no namespaces", "没有命名空间"), Text("see doctor", "请看 doctor"))

        monkeypatch.setattr(assembly, "box", none)
        code, _, err = grader("ci")
        assert (code, "no namespaces" in err) == (3, True)


@pytest.mark.usefixtures("trusted_box", "repository", "token")
class TestWithAToken:
    def test_the_hidden_checks_decide(self, grader, wire):
        """Public ones pass here, and one of all fails there."""
        code, out, err = grader("ci")
        assert code == 1
        assert "got 3" in out
        assert "attempt 1" in err
        assert "only the public" not in err

    def test_formats_tell_what_the_service_found(self, grader):
        _, out, _ = grader("ci", "--format", "json")
        assert [one["check"] for one in json.loads(out)["findings"]] == ["shown", "unseen"]

    def test_all_right_in_both_places_ends_with_0(self, grader, wire):
        def right(submission):
            report = made_report()
            findings = tuple(replace(one, passed=True, points=one.out_of) for one in report.findings)
            grade(wire.site, submission, replace(report, findings=findings))

        wire.graded = right
        assert grader("ci")[0] == 0

    def test_a_service_that_is_down_ends_with_3_after_the_public_checks(self, grader, wire):
        wire.broken = [ConnectionRefusedError(111, "Connection refused")] * 9
        code, out, err = grader("ci", "--patience", "0")
        assert code == 3
        assert "product_gradient" in out
        assert "Nobody answers" in err

    def test_a_refusal_ends_with_2_and_says_which_exercise(self, grader, wire, monkeypatch):
        monkeypatch.setenv("GRADER_TOKEN", "x" * 43)
        code, _, err = grader("ci")
        assert (code, "product_gradient: " in err) == (2, True)

    def test_without_a_box_the_service_runs_everything(self, grader, wire, monkeypatch):
        def none(profile):
            raise SandboxUnavailable(Text("no namespaces", "没有命名空间"), Text("see doctor", "请看 doctor"))

        monkeypatch.setattr(assembly, "box", none)
        code, out, err = grader("ci")
        assert (code, "got 3" in out, "no namespaces" in err) == (1, True, True)

    def test_local_hands_in_nothing(self, grader, wire):
        assert grader("ci", "--local")[0] == 0
        assert wire.requests == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[exercises]\nproduct_gradeint = ['solution.py']", "Did you mean product_gradient"),
        ("[exercises]\nproduct_gradient = ['gone.py']", "no file"),
        ("[exercises]\nproduct_gradient = ['../solution.py']", "outside"),
        ("[exercises]\nproduct_gradient = ['/etc/passwd']", "outside"),
        ("[exercises]\nproduct_gradient = []", "list of files"),
        ("[exercises]\nproduct_gradient = ['solution.py', 'other.py']", "both define product_backward"),
        ("exercises = 1", "no exercise"),
        ("serivce = 'x'\n[exercises]\nproduct_gradient = 'solution.py'", "serivce"),
        ("[exercises", "TOML"),
    ],
)
def test_a_chainrule_toml_that_makes_no_sense_is_a_usage_error(grader, repository, toml, words):
    """Two solutions of one exercise too: nobody could say which one counts."""
    folder = repository(toml=toml)
    (folder / "other.py").write_text(OWN_VALUE)
    code, out, err = grader("ci")
    assert (code, out) == (2, "")
    assert words in err


def test_a_link_that_leads_out_of_the_repository_is_not_followed(grader, repository, tmp_path_factory):
    folder = repository()
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.py"
    secret.write_text("x = 1\n")
    (folder / "solution.py").unlink()
    (folder / "solution.py").symlink_to(secret)
    assert "outside" in grader("ci")[2]


def test_without_a_project_it_is_said_how_to_make_one(grader, wire):
    code, _, err = grader("ci")
    assert (code, "init-repo" in err) == (2, True)
