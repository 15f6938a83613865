"""Handing in from a terminal or from CI: once, whatever is cut, and with an exit code that says whose fault it was."""

from __future__ import annotations

import http.client
import json
import socket
import ssl

import pytest
from sqlalchemy import func, select

from cli.online.client import Client
from cli.online.handing_in import key_of, notebook
from grader.calls import File
from grader.files import Source, read_bytes
from grader.messages import Fault, Text
from tests.cli.conftest import OWN_VALUE
from tests.cli.online.conftest import SERVICE
from tests.web.api.conftest import grade, made_report, row
from web.database.models import Submission
from web.recorder import record

pytestmark = pytest.mark.usefixtures("token")
LOST = ConnectionResetError(104, "Connection reset by peer")


def count(wire) -> int:
    with wire.site.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission))


def right(edition):
    from dataclasses import replace

    report = made_report(edition)
    return replace(report, findings=tuple(replace(one, passed=True, points=one.out_of) for one in report.findings))


def test_the_report_is_printed_as_check_prints_it_and_1_says_that_not_all_is_right(grader, wire, ada):
    code, out, err = grader("submit", ada, "--course", "backprop", "--wait")
    assert code == 1
    assert out.index("0 of 10 points") < out.index("got 3")
    assert "SECRET" not in out
    assert "attempt 1" in err
    assert f"{SERVICE}/submissions/" in err


def test_all_right_ends_with_0_and_without_wait_nobody_waits(grader, wire, ada):
    wire.graded = lambda submission: grade(wire.site, submission, right("e"))
    assert grader("submit", ada, "--wait")[0] == 0
    wire.graded = None
    code, out, err = grader("submit", ada, "--exercise", "mlp_backward")
    assert (code, out) == (0, "")
    assert "handed in" in err


def test_the_report_goes_into_formats_with_the_places_of_this_repository(grader, wire, ada):
    code, out, _ = grader("submit", ada, "--wait", "--format", "sarif")
    found = json.loads(out)["runs"][0]["results"]
    assert code == 1
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in found} == {"ada.py"}


def test_the_same_files_of_the_same_commit_are_one_submission_and_a_new_commit_is_another(
    grader, wire, ada, monkeypatch
):
    for _ in range(2):
        _, _, err = grader("submit", ada, "--wait")
    assert (count(wire), "there already" in err) == (1, True)
    monkeypatch.setenv("GITHUB_SHA", "d4e5f6a7b8" * 4)
    grader("submit", ada)
    assert count(wire) == 2


def test_a_course_that_is_not_there_is_told_with_those_that_are(grader, wire, ada):
    code, _, err = grader("submit", ada, "--course", "nope")
    assert (code, count(wire)) == (2, 0)
    assert "You are in no course nope" in err
    assert "yours are: backprop" in err
    assert "你的课程有：backprop" in grader("submit", ada, "--course", "nope", "--lang", "zh")[2]


def test_an_exercise_that_the_course_does_not_have_is_told_with_those_that_it_has(grader, wire, ada):
    code, _, err = grader("submit", ada, "--course", "backprop", "--exercise", "slope")
    assert (code, count(wire)) == (2, 0)
    assert "no exercise slope for you in the course backprop. It has: product_gradient" in err


def test_where_the_service_does_not_say_what_there_is_its_refusal_stands(grader, wire, ada):
    wire.broken = [None, LOST]
    code, _, err = grader("submit", ada, "--course", "nope")
    assert (code, "yours are" in err) == (2, False)


@pytest.mark.parametrize("trouble", [LOST, TimeoutError("timed out"), http.client.IncompleteRead(b"")])
def test_an_answer_that_is_lost_costs_nothing_and_makes_nothing_twice(grader, wire, ada, trouble):
    """The site has taken it in each time, but the first answers never arrive."""
    wire.broken = [None, None, trouble, trouble, None, trouble, None, trouble]  # whoami and courses come first
    code, _, err = grader("submit", ada, "--wait")
    assert (code, count(wire)) == (1, 1)
    assert "Trying again" in err


def test_a_service_that_is_down_ends_with_3_and_the_next_run_goes_on(grader, wire, ada):
    wire.broken = [None, None] + [(503, b"", "1")] * 50
    code, out, err = grader("submit", ada, "--wait", "--patience", "0")
    assert (code, out, count(wire)) == (3, "", 0)
    assert "Not your fault" in err
    assert "Run the same command again" in err
    wire.broken = [None, None, None, *[LOST] * 50]
    code, _, err = grader("submit", ada, "--wait", "--patience", "0")
    assert (code, count(wire)) == (3, 1)
    assert "attempt 1" in err
    wire.broken = []
    assert grader("submit", ada, "--wait")[0] == 1
    assert count(wire) == 1


def test_a_fault_of_ours_ends_with_3_and_the_next_run_makes_a_new_submission(grader, wire, ada):
    def lose(submission):
        """A fault of the exercise's is not tried again."""
        found = row(wire.site, submission)
        if found.state == "waiting":
            fault = Fault(found.id, found.ticket, found.attempt, "exercise", Text("broken", "坏了"))
            record(wire.site.services, [fault])

    wire.graded = lose
    code, out, err = grader("submit", ada, "--wait")
    assert (code, out) == (3, "")
    assert "Our fault, not yours" in err
    wire.graded = lambda submission: grade(wire.site, submission)
    assert grader("submit", ada, "--wait")[0] == 1
    assert count(wire) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refusals_are_said_in_words_and_end_with_2(grader, wire, ada, program, monkeypatch, language):
    def refused(*words):
        code, out, err = grader("submit", ada, *words, "--lang", language)
        assert (code, out, "Traceback" in err) == (2, "", False)
        return err

    assert refused("--course", "nowhere", "--exercise", "product_gradient")
    assert refused("--exercise", "no_such_exercise")
    assert refused("--service", "http://grader.example.org")
    for token in ("x" * 43, program("ada", scopes="read").token, "two words"):
        monkeypatch.setenv("GRADER_TOKEN", token)
        assert refused("--course", "backprop")
    monkeypatch.delenv("GRADER_TOKEN")
    assert "login" in refused()


def test_nothing_to_hand_in_a_missing_file_and_no_service_are_usage_errors(grader, wire, ada, monkeypatch):
    assert "init-repo" in grader("submit")[2]
    assert grader("submit", "gone.py")[0] == 2
    monkeypatch.delenv("GRADER_SERVICE")
    assert "--service" in grader("submit", ada)[2]
    assert wire.requests == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "is this machine online"),
        (ConnectionRefusedError(111, "Connection refused"), "Nobody answers"),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "SSL_CERT_FILE"),
        (OSError("Tunnel connection failed: 407 Proxy Authentication Required"), "HTTPS_PROXY=http://NAME"),
        (TimeoutError("timed out"), "did not answer in time"),
        (http.client.BadStatusLine("SSH-2.0"), "SSH-2.0"),
    ],
)
def test_without_a_network_the_words_say_what_to_look_at(grader, wire, ada, trouble, words):
    wire.broken = [trouble] * 9
    code, _, err = grader("submit", ada, "--course", "backprop", "--patience", "0")
    assert (code, words in err) == (3, True)
    assert "Traceback" not in err


def test_a_proxy_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://ada:secret@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    text = Client("https://grader.example.org", "t")._no_answer(LOST).text
    for said in (text.en, text.zh):
        assert "proxy.example:3128" in said
        assert "secret" not in said


def test_a_page_of_somebody_else_is_no_service(grader, wire, ada):
    """As where a network asks one to sign in first; a redirect is not followed, for the token would go with it."""
    for status in (200, 302, 404):
        wire.broken = [(status, b"<html>Welcome to the hotel</html>", "")]
        code, _, err = grader("submit", ada)
        assert (code, "not Chainrule" in err) == (2, True)


def test_the_token_stands_in_no_address_and_in_no_output(grader, wire, ada, token):
    _, out, err = grader("submit", ada, "--wait")
    assert token not in out + err
    assert all(token not in address for _, address, _ in wire.requests)


def test_the_key_tells_commits_files_and_exercises_apart_and_is_one_that_the_service_takes():
    def key(text="x = 1\n", name="a.py", exercise="e", commit="c", turn=0):
        return key_of("course", exercise, Source((File(name, text),)), commit, turn)

    different = [key(), key("x = 2\n"), key(name="b.py"), key(exercise="f"), key(commit="d"), key(turn=1)]
    assert len(set(different)) == len(different)
    assert key() == key()
    assert len(key()) <= 100


@pytest.mark.parametrize("cells", [["a = 1"], ["a = 1\n", "", "b = 2\n\n"], ["%matplotlib inline\na = 1", "梯度 = 2"]])
def test_a_notebook_arrives_with_the_cells_that_it_has(cells):
    written = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4})
    (here,) = read_bytes((("ada.ipynb", written.encode()),)).files
    (there,) = read_bytes((("ada.ipynb", notebook(here).encode()),)).files
    assert there == here


def test_without_files_everything_in_chainrule_toml_is_handed_in(grader, wire, tmp_path):
    (tmp_path / "solution.py").write_text(OWN_VALUE)
    (tmp_path / "chainrule.toml").write_text('course = "backprop"\n[exercises]\nproduct_gradient = ["solution.py"]\n')
    code, out, _ = grader("submit", "--wait")
    assert (code, "0 of 10 points" in out, count(wire)) == (1, True, 1)
