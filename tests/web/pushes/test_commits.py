"""What is handed in carries its commit: shown with a link, and handed in once, however many workflows push it."""

from __future__ import annotations

import io
import threading

import pytest
from sqlalchemy import func, select

from grader.messages import Fault, Text
from tests.web.api.conftest import CODE, grade, row
from tests.web.conftest import RIGHT
from web.database.models import Submission
from web.recorder import record

COMMIT = "0123456789abcdef" * 2 + "01234567"
FROM = {"commit": COMMIT, "branch": "main", "repository": "https://github.com/ada/homework"}
PUSHED = CODE | FROM


def count(site) -> int:
    with site.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission))


def test_commit_branch_and_repository_are_kept_and_told(ada, site):
    answer = ada.hand_in(json=PUSHED)
    assert answer.status_code == 201
    assert {name: answer.json[name] for name in FROM} == FROM
    found = row(site, answer.json["submission"])
    assert (found.commit, found.branch, found.repository) == tuple(FROM.values())


def test_a_form_brings_them_too(ada, site):
    files = {"file": (io.BytesIO(RIGHT.encode()), "ada.py"), **FROM}
    answer = ada.post(data=files, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["commit"]) == (201, COMMIT)


def test_the_same_commit_twice_is_the_same_submission(ada, site):
    """Even where no key or another one came with it, and when it is graded already."""
    first = ada.hand_in(json=PUSHED, headers={"Idempotency-Key": "one"})
    grade(site, first.json["submission"])
    again = ada.hand_in(json=PUSHED, headers={"Idempotency-Key": "two"})
    assert (again.status_code, again.json["submission"]) == (200, first.json["submission"])
    assert ada.hand_in(json=PUSHED).status_code == 200
    assert (count(site), len(site.services.doorbell.rung)) == (1, 1)


def test_the_same_commit_by_two_workflows_at_once_is_one_submission(ada, site):
    start, answers = threading.Barrier(4), []

    def push(key):
        start.wait()
        answers.append(ada.hand_in(json=PUSHED, headers={"Idempotency-Key": key}))

    threads = [threading.Thread(target=push, args=(f"workflow-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["submission"] for answer in answers}) == count(site) == 1


def test_a_commit_with_other_files_is_refused_clearly(ada, site):
    ada.hand_in(json=PUSHED)
    other = {"files": [{"name": "ada.py", "text": "x = 2\n"}]} | FROM
    answer = ada.hand_in(json=other, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem-type:chainrule:commit-changed")
    assert "A commit never changes" in answer.json["detail"]
    assert count(site) == 1


def test_a_commit_is_its_students_and_its_exercises(ada, program, site):
    ada.hand_in(json=PUSHED)
    assert program("ben").hand_in(json=PUSHED).status_code == 201
    other = "/api/v1/courses/backprop/exercises/mlp_backward/submissions"
    assert ada.post(other, json=PUSHED).status_code == 201


def test_a_commit_that_was_lost_through_us_can_be_handed_in_again(ada, site):
    lost = row(site, ada.hand_in(json=PUSHED).json["submission"])
    for attempt in range(3):
        record(site.services, [Fault(lost.id, lost.ticket, attempt, "exercise", Text("ours", "我们的"))])
    assert row(site, lost.id).state == "ours"
    again = ada.hand_in(json=PUSHED)
    assert (again.status_code, again.json["number"]) == (201, 2)
    assert ada.hand_in(json=PUSHED).json["submission"] == again.json["submission"]


BAD = {
    "a short commit": ("commit", COMMIT[:39]),
    "a commit of other letters": ("commit", "g" * 40),
    "a commit in a line of its own": ("commit", COMMIT + "\n"),
    "a branch with a newline": ("branch", "main\n::error::"),
    "a long branch": ("branch", "x" * 201),
    "a password in an address": ("repository", "https://ada:secret@github.com/ada/homework"),
    "a script for an address": ("repository", "javascript:alert(1)"),
    "a file for an address": ("repository", "file:///etc/passwd"),
    "an address with a query": ("repository", "https://github.com/ada/homework?token=x"),
    "no name": ("repository", "https://github.com/"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_can_be_no_commit_branch_or_address_is_refused(ada, site, what):
    field, value = BAD[what]
    answer = ada.hand_in(json=PUSHED | {field: value})
    assert (answer.status_code, answer.json["errors"][0]["where"]) == (422, field)
    assert count(site) == 0


PAGES = {
    "https://github.com/ada/homework": f"https://github.com/ada/homework/commit/{COMMIT}",
    "https://git.example.edu/course/2026/ada": f"https://git.example.edu/course/2026/ada/-/commit/{COMMIT}",
    "https://code.example.org/ada/homework": f"https://code.example.org/ada/homework/commit/{COMMIT}",
}


@pytest.mark.parametrize("repository", PAGES)
@pytest.mark.parametrize("who", ["ada", "grace"])
def test_students_and_staff_see_the_commit_with_a_link(ada, site, repository, who):
    made = ada.hand_in(json=PUSHED | {"repository": repository}).json["submission"]
    grade(site, made)
    paths = [f"/submissions/{made}"]
    paths.append("/courses/backprop/product_gradient" if who == "ada" else "/courses/backprop/staff/submissions")
    for path in paths:
        page = site.client(who).get(path).text
        assert f'href="{PAGES[repository]}"' in page, path
        assert f"<code>{COMMIT[:7]}</code>" in page
        assert "on main" in page


@pytest.mark.parametrize(
    "repository", ["https://evil.example/ada/homework", "http://github.com/ada/homework", "https://github.com/ada/.."]
)
def test_an_address_that_the_operator_has_not_listed_is_no_link(ada, site, repository):
    made = ada.hand_in(json=PUSHED | {"repository": repository}).json["submission"]
    grade(site, made)
    page = site.client("grace").get(f"/submissions/{made}").text
    assert COMMIT[:7] in page
    assert "/commit/" not in page


def test_a_branch_cannot_write_on_the_page(ada, site):
    made = ada.hand_in(json=PUSHED | {"branch": "<b>\u202emain"}).json["submission"]
    grade(site, made)
    page = site.client("grace").get(f"/submissions/{made}").text
    assert "<b>\u202e" not in page
    assert "\u202e" not in page
    assert "&lt;b&gt;" in page
