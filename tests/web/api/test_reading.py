"""What a program reads: exercises, its own submissions, where they stand, and what was found out."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import update

from grader.messages import Began, Fault, Text
from tests.web.api.conftest import ROOT, grade, made_report, row
from tests.web.gradebook.test_book import queries
from web import waiting
from web.bulletin import Bulletin
from web.database.models import Course, Submission
from web.recorder import record


def test_courses_lead_to_exercises_and_these_to_everything_needed(ada):
    (course,) = ada.get("courses").json["items"]
    assert (course["course"], course["role"], course["title"]["zh"]) == ("backprop", "student", "反向传播")
    listed = ada.get(course["exercises"]).json["items"]
    assert [one["exercise"] for one in listed] == ["product_gradient", "softmax_derivative", "mlp_backward"]
    sheet = ada.get(listed[0]["url"]).json
    assert {**sheet, **listed[0]} == sheet, "the list is part of the whole"
    assert sheet["statement"]["en"].startswith("# ")
    assert sheet["statement"]["zh"] != sheet["statement"]["en"]
    assert all("def product_backward" in starter for starter in sheet["starter"].values())
    assert sheet["deadline"] == "2026-11-28T12:00:00Z"
    assert (sheet["attempts"], sheet["attempts_left"]) == (None, None)
    assert ada.post(sheet["submissions"], json={}).status_code == 422


def test_of_public_checks_the_titles_are_told_and_of_hidden_ones_the_number(ada, site):
    sheet = ada.get("courses/backprop/exercises/product_gradient").json
    checks = site.services.catalogue["product_gradient"].of("check")
    public = [one.name for one in checks if one.options.get("public")]
    assert [one["check"] for one in sheet["checks"]] == public
    assert sheet["hidden_checks"] == len(checks) - len(public)
    hidden = [one.text for one in checks if one.name not in public]
    assert hidden
    assert not any(text in json.dumps(sheet) for text in hidden)


def test_an_exercise_that_has_left_the_folder_is_not_listed(ada, site):
    site.services.catalogue.sheets.pop("product_gradient", None)
    try:
        assert len(ada.get("courses/backprop/exercises").json["items"]) == 2
        assert ada.get("courses/backprop/exercises/product_gradient").status_code == 404
        assert ada.hand_in().json["type"] == "urn:problem-type:chainrule:gone"
    finally:
        vars(site.services.catalogue).pop("sheets", None)


# Where a submission stands -------------------------------------------------------------------------


def test_a_submission_waits_runs_and_is_graded(program, ada, site):
    program("ben").hand_in()
    site.clock.advance(seconds=1)
    address = ada.hand_in().json["url"]
    waits = ada.get(address)
    assert (waits.json["state"], waits.json["before"], waits.headers["Retry-After"]) == ("waiting", 1, "1")
    found = row(site, waits.json["submission"])
    record(site.services, [Began(found.id, found.ticket, 0)])
    with site.services.database.write() as session:
        session.execute(update(Submission).where(Submission.id == found.id).values(checks_done=2, checks_of=5))
    runs = ada.get(address).json
    assert (runs["state"], runs["done"], runs["of"]) == ("running", 2, 5)
    grade(site, found.id)
    done = ada.get(address)
    assert (done.json["state"], done.json["points"], done.json["out_of"]) == ("graded", 0.0, 10.0)
    assert "Retry-After" not in done.headers
    assert ada.get(done.json["report"]).json["points"] == 0.0


def test_a_fault_of_ours_says_so(ada, site):
    address = ada.hand_in().json["url"]
    found = row(site, address.rpartition("/")[2])
    record(site.services, [Fault(found.id, found.ticket, 0, "exercise", Text("our fault", "我们的故障"), "Traceback")])
    answer = ada.get(address)
    assert (answer.json["state"], answer.json["text"]) == ("ours", {"en": "our fault", "zh": "我们的故障"})
    assert "Traceback" not in answer.text
    assert ada.get(f"{address}/report").json["type"] == "urn:problem-type:chainrule:no-report"


def test_own_submissions_come_in_pages_the_newest_first(ada, program, site):
    program("ben").hand_in()
    made = []
    for _ in range(5):
        site.clock.advance(seconds=1)
        made += [ada.hand_in().json["submission"] for _ in range(2)]  # at one moment
    seen, address = [], f"{ROOT}/submissions?limit=3&course=backprop&exercise=product_gradient"
    while address:
        page = ada.get(address).json
        assert len(page["items"]) <= 3
        seen += [one["submission"] for one in page["items"]]
        address = page["next"]
    assert sorted(seen) == sorted(made)
    assert [made.index(one) // 2 for one in seen] == [4, 4, 3, 3, 2, 2, 1, 1, 0, 0]
    assert ada.get("submissions?course=other").json == {"items": [], "next": None}


def test_of_a_course_that_is_a_draft_only_staff_find_their_submissions_in_the_list(ada, program, site):
    """An archive brings a student's work before that student is to see any of it."""
    grace = program("grace")
    for one in (ada, grace):
        assert one.hand_in().status_code == 201
    with site.services.database.write() as session:
        session.query(Course).filter_by(slug="backprop").one().draft = True
    assert ada.get("submissions").json == {"items": [], "next": None}
    assert len(grace.get("submissions").json["items"]) == 1


def test_a_longer_list_takes_no_more_queries(ada, site):
    def made(count):
        for _ in range(count):
            grade(site, ada.hand_in().json["submission"])
        return queries(site, lambda: ada.get("submissions"))

    assert made(1) == made(4)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "after=nobody", "page=2"])
def test_a_query_that_makes_no_sense_is_refused(ada, query):
    answer = ada.get(f"submissions?{query}")
    assert (answer.status_code, answer.json["errors"][0]["where"]) == (422, query.partition("=")[0])


# Waiting -------------------------------------------------------------------------------------------


def test_who_waits_hears_of_the_grade_at_once(ada, site):
    address = ada.hand_in().json["url"]
    timer = threading.Timer(0.1, grade, (site, address.rpartition("/")[2]))
    timer.start()
    started = time.monotonic()
    answer = ada.get(f"{address}?wait=20")
    timer.join()
    assert answer.json["state"] == "graded"
    assert time.monotonic() - started < 5


def test_who_waits_in_vain_hears_the_state(ada):
    address = ada.hand_in().json["url"]
    started = time.monotonic()
    assert ada.get(f"{address}?wait=0.05").json["state"] == "waiting"
    assert time.monotonic() - started >= 0.05


def test_where_too_many_wait_one_is_answered_at_once(ada, site):
    """Else a few programs would leave no thread for people."""
    address = ada.hand_in().json["url"]
    site.app.extensions[waiting.NAME] = waiting.Seats(Bulletin("memory://"), {"program": 0})
    started = time.monotonic()
    assert ada.get(f"{address}?wait=20").json["state"] == "waiting"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("wait", ["-1", "21", "nan", "inf", "soon", ""])
def test_nobody_waits_longer_than_there_is_time(ada, wait):
    address = ada.hand_in().json["url"]
    assert ada.get(f"{address}?wait={wait}").status_code == 422


# The report ----------------------------------------------------------------------------------------


def test_a_report_says_of_hidden_checks_the_verdict_alone(ada, program, site):
    address = ada.hand_in().json["url"]
    grade(site, address.rpartition("/")[2])
    answer = ada.get(f"{address}/report")
    shown, unseen = answer.json["findings"]
    assert shown["detail"]["en"] == "got 3"
    assert (unseen["title"]["en"], unseen["passed"], unseen["detail"]) == ("agrees with the sheet", False, None)
    assert "SECRET" not in answer.text
    staff = program("tom").get(f"{address}/report").json["findings"][1]
    assert staff["detail"]["en"] == "SECRET"
    site.clock.advance(days=8)
    assert ada.get(f"{address}/report").json["findings"][1]["detail"]["en"] == "SECRET"


def test_no_answer_gives_a_seed_or_a_ticket_away(ada, program, site):
    """Not even to staff, nor when everything is shown: the seed is for replays, which are ours."""
    handed = ada.hand_in(headers={"Idempotency-Key": "one"})
    address = handed.json["url"]
    found = row(site, handed.json["submission"])
    report = replace(made_report(), seed=found.seed)
    texts = [handed.text, ada.get(address).text]
    grade(site, found.id, report)
    site.clock.advance(days=8)
    for program_ in (ada, program("grace")):
        texts += [program_.get(path).text for path in (address, f"{address}/report", "submissions", "whoami")]
    for secret in (found.seed, found.ticket, "seed", "ticket"):
        assert not any(secret in text for text in texts)


def test_a_report_carries_pictures_numbers_that_json_lacks_and_half_characters(ada, site):
    address = ada.hand_in().json["url"]
    grade(site, address.rpartition("/")[2])
    report = ada.get(f"{address}/report").json
    assert [picture["kind"] for picture in report["pictures"]] == ["graph", "trace", "heat_map"]
    assert report["pictures"][1]["got"] == [1.0, "nan"]
    assert report["pictures"][2]["got"] == [[1.0, "-inf"]]
    assert report["stdout"]["text"] == "half \\ud800 a character\x1b[2J"
    assert report["files"][0]["name"] == "ada.py"
    assert report["misconceptions"][0]["code"] == "M12"
