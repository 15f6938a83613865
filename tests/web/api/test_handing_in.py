"""Handing in: what is taken is committed and answered once, and what is not taken says so."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.web.api.conftest import CODE, HAND_IN, ROOT, Program, row
from tests.web.conftest import RIGHT
from web.database.models import Assignment, Audit, Submission

ARTICLE = {"files": [{"name": "ada.py", "text": "x = 2\n"}]}


def count(site, table=Submission):
    with site.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def set_assignment(site, **values):
    with site.services.database.write() as session:
        found = Assignment.id == site.assignments["product_gradient"]
        session.execute(update(Assignment).where(found).values(**values))


def test_what_is_handed_in_waits_has_an_address_and_is_sent(ada, site):
    answer = ada.hand_in()
    assert answer.status_code == 201
    assert answer.json["state"] == "waiting"
    assert answer.json["number"] == 1
    assert answer.headers["Location"] == answer.json["url"] == f"{ROOT}/submissions/{answer.json['submission']}"
    assert ada.get(answer.headers["Location"]).json == answer.json
    (job,) = site.services.doorbell.rung
    assert (job.submission, job.files[0].text) == (answer.json["submission"], RIGHT)
    assert row(site, job.submission).source == "api"


def test_files_come_as_a_form_too(ada, site):
    files = [(io.BytesIO(RIGHT.encode()), "ada.py"), (io.BytesIO(b"x = 1\n"), "more.py")]
    answer = ada.post(data={"file": files}, content_type="multipart/form-data")
    assert answer.status_code == 201
    assert [file["name"] for file in row(site, answer.json["submission"]).files] == ["ada.py", "more.py"]


def test_handing_in_does_not_need_the_broker(ada, site):
    site.services.doorbell.heard = False
    answer = ada.hand_in()
    assert answer.status_code == 201
    assert row(site, answer.json["submission"]).sent_at is None


def test_the_same_key_twice_is_the_same_submission(ada, site):
    first = ada.hand_in(headers={"Idempotency-Key": "one"})
    again = ada.hand_in(headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert (count(site), count(site, Audit), len(site.services.doorbell.rung)) == (1, 1, 1)
    assert ada.hand_in(headers={"Idempotency-Key": "two"}).status_code == 201


def test_of_two_that_race_with_one_key_one_hands_in(program, site):
    """As a program does that lost the answer and tries again too soon."""
    ada, start, answers = program("ada"), threading.Barrier(4), []

    def race():
        start.wait()
        answers.append(ada.hand_in(headers={"Idempotency-Key": "one"}))

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["submission"] for answer in answers}) == 1
    assert (count(site), len(site.services.doorbell.rung)) == (1, 1)


def test_a_key_belongs_to_its_files(ada, site):
    ada.hand_in(headers={"Idempotency-Key": "one"})
    answer = ada.post(json=ARTICLE, headers={"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem-type:chainrule:key-reused")
    assert count(site) == 1


def test_a_key_belongs_to_its_person(program, ada):
    first = ada.hand_in(headers={"Idempotency-Key": "one"})
    other = program("ben").hand_in(headers={"Idempotency-Key": "one"})
    assert other.status_code == 201
    assert other.json["submission"] != first.json["submission"]


def test_a_key_still_answers_after_the_deadline(ada, site):
    first = ada.hand_in(headers={"Idempotency-Key": "one"})
    site.clock.advance(days=8)
    assert ada.hand_in(headers={"Idempotency-Key": "one"}).json == first.json
    assert ada.hand_in().status_code == 409


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "zwei Wörter"])
def test_a_key_that_is_none_is_refused(ada, site, key):
    answer = ada.hand_in(headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["type"]) == (400, "urn:problem-type:chainrule:bad-key")
    assert count(site) == 0


def test_a_closed_exercise_takes_nothing(ada, site):
    set_assignment(site, deadline=site.clock() - timedelta(seconds=1))
    answer = ada.hand_in()
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem-type:chainrule:closed")
    assert answer.json["detail"].startswith("The deadline has passed")


def test_an_exercise_that_is_not_open_takes_nothing_and_shows_no_statement(ada, program, site):
    set_assignment(site, opens_at=site.clock() + timedelta(days=1))
    assert ada.hand_in().json["type"] == "urn:problem-type:chainrule:not-open"
    answer = ada.get("courses/backprop/exercises/product_gradient")
    assert (answer.status_code, answer.json["type"]) == (404, "urn:problem-type:chainrule:not-open-yet")
    assert program("tom").get("courses/backprop/exercises/product_gradient").status_code == 200


def test_when_all_attempts_are_used_nothing_is_taken(ada, site):
    set_assignment(site, attempts=1)
    assert ada.get("courses/backprop/exercises/product_gradient").json["attempts_left"] == 1
    assert ada.hand_in().status_code == 201
    answer = ada.hand_in()
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem-type:chainrule:no-attempts")
    known = ada.get("courses/backprop/exercises/product_gradient").json
    assert (known["attempts"], known["attempts_used"], known["attempts_left"]) == (1, 1, 0)
    assert count(site) == 1


BAD = {
    "no files": ({"files": []}, 422, "files"),
    "nothing": ({}, 422, "files"),
    "a list": ([], 422, ""),
    "something unknown": ({**CODE, "points": 10}, 422, "points"),
    "a number for a text": ({"files": [{"name": "ada.py", "text": 7}]}, 422, "files.0.text"),
    "a path for a name": ({"files": [{"name": "../ada.py", "text": "x"}]}, 422, "files.0.name"),
    "another kind of file": ({"files": [{"name": "ada.exe", "text": "x"}]}, 422, "files.0.name"),
    "too many files": ({"files": [{"name": f"{n}.py", "text": "x"} for n in range(51)]}, 422, "files"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_mistake_is_named_with_its_place(ada, site, what):
    body, status, where = BAD[what]
    answer = ada.post(json=body)
    assert (answer.status_code, answer.json["type"]) == (status, "urn:problem-type:chainrule:invalid")
    assert where in [one["where"] for one in answer.json["errors"]]
    assert count(site) == 0


@pytest.mark.parametrize("files", [["empty.py", " \n"], ["binary.py", "x\x00y"], ["broken.ipynb", "{"]])
def test_files_that_cannot_be_read_say_why(ada, files):
    name, text = files
    answer = ada.post(json={"files": [{"name": name, "text": text}]}, headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem-type:chainrule:unreadable")
    assert name in answer.json["detail"]


@pytest.mark.parametrize("body", [b"{", b"", b'{"files": "\\ud800"}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_not_understood(ada, body):
    answer = ada.post(data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["type"] == "urn:problem-type:chainrule:bad-request"


def test_a_form_without_files_says_so(ada):
    answer = ada.post(data={}, content_type="multipart/form-data")
    assert answer.status_code == 422


@pytest.mark.parametrize("kind", ["text/x-python", "application/x-www-form-urlencoded", ""])
def test_another_type_of_body_is_refused(ada, kind):
    answer = ada.post(data=RIGHT, content_type=kind)
    assert (answer.status_code, answer.json["type"]) == (415, "urn:problem-type:chainrule:media-type")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_too_much_is_refused_with_the_limit(ada, kind):
    answer = ada.post(data=b"x" * 2_200_000, content_type=kind)
    assert (answer.status_code, answer.json["type"]) == (413, "urn:problem-type:chainrule:too-large")
    assert "2 MB" in answer.json["detail"]


def test_uploads_are_counted_by_what_became_of_them(ada, site):
    ada.hand_in(headers={"Idempotency-Key": "one"})
    ada.hand_in(headers={"Idempotency-Key": "one"})
    ada.post(json={})
    ada.post(json={"files": [{"name": "ada.ipynb", "text": "{"}]})
    numbers = Program(site).get("/metrics").text
    for outcome in ("accepted", "repeated", "invalid", "unreadable"):
        assert f'chainrule_uploads_total{{origin="api",outcome="{outcome}"}} 1.0' in numbers


def test_an_exercise_that_is_not_set_takes_nothing(ada):
    assert ada.post(HAND_IN.replace("product_gradient", "linear_loss"), json=CODE).status_code == 404
