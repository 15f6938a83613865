"""What students read and do: their courses, an exercise, handing in, and what became of it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from grader.calls import File
from grader.messages import Fault, Finding, Graded, Report, Text
from web.database.models import Assignment, Course, Membership, Submission
from web.recorder import give_up, record

EXERCISE = "/courses/backprop/product_gradient"
RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"


def text_of(answer) -> str:
    """What a reader sees, without markup."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def title_of(answer) -> str:
    return re.search(r"<title>(.*?)</title>", answer.get_data(as_text=True), re.DOTALL).group(1).strip()


def hand_in(browser, code: str = RIGHT, **fields) -> str:
    """The address of the submission."""
    answer = browser.post(EXERCISE, data={"code": code, **fields})
    assert answer.status_code == 303, text_of(answer)
    return answer.location.partition("?")[0]


def graded(site, address: str, *points: float, of: float = 2, public=True, code: str = RIGHT) -> None:
    """Let the recorder hear of a report with a check for each number of points."""
    with site.services.database.read() as session:
        row = session.get_one(Submission, address.rpartition("/")[2])
    findings = tuple(
        Finding(
            f"check{n}",
            "product_backward",
            Text(f"check {n}", f"检查 {n}"),
            won == of,
            won,
            of,
            public,
            Text("x is 1", "x 是 1"),
        )
        for n, won in enumerate(points)
    )
    report = Report(
        "product_gradient",
        Text("The gradient of a product", "乘积的梯度"),
        row.edition,
        row.seed,
        findings,
        files=(File("ada.py", code),),
    )
    assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1


def change(site, **values) -> None:
    with site.services.database.write() as session:
        for name, value in values.items():
            setattr(session.get_one(Assignment, site.assignments["product_gradient"]), name, value)


# Courses ---------------------------------------------------------------------------------------------


def test_home_shows_each_course_with_ones_progress(site):
    ada = site.client("ada")
    graded(site, hand_in(ada), 2, 2, 2)
    shown = text_of(ada.get("/"))
    assert "Backpropagation" in shown
    assert "6 of 31 points" in shown
    assert "1 of 3 exercises done" in shown
    assert "Another course" not in shown


def test_two_courses_of_one_title_are_told_apart_by_their_addresses(site):
    assert "backprop" not in text_of(site.client("ada").get("/")).casefold().split()
    with site.services.database.write() as session:
        title, clock = session.scalars(select(Course).where(Course.slug == "backprop")).one().title_en, site.clock()
        again = Course(slug="backprop-2027", title_en=title, title_zh=title, created_at=clock)
        session.add(again)
        session.flush()
        session.add(Membership(course_id=again.id, user_id=site.people["ada"], role="student", created_at=clock))
    assert {"backprop", "backprop-2027"} <= set(text_of(site.client("ada").get("/")).split())


def test_a_course_shows_chapters_in_order_with_points_state_and_deadline(site):
    ada = site.client("ada")
    shown = text_of(ada.get("/courses/backprop"))
    chapters = [shown.index(f" {title} ") for title in ("Gradients by hand", "Softmax", "The chain rule and networks")]
    assert chapters == sorted(chapters)
    assert "due Sat, Nov 28 12:00 · in 7 days" in shown
    assert "6 points ○ not begun" in shown


@pytest.mark.parametrize(
    ("points", "word"), [((2, 2, 2), "6 of 6 points ✓ done"), ((2, 0, 2), "4 of 6 points ◐ in progress")]
)
def test_the_state_of_an_exercise_is_told_by_points_shape_and_word(site, points, word):
    ada = site.client("ada")
    graded(site, hand_in(ada), *points)
    assert word in text_of(ada.get("/courses/backprop"))


def test_what_closes_first_is_to_be_done_next_and_what_is_done_is_not(site):
    ada = site.client("ada")
    change(site, deadline=site.clock() + timedelta(days=30))
    assert "Next The derivative of softmax" in text_of(ada.get("/courses/backprop"))
    change(site, deadline=site.clock() + timedelta(days=2))
    assert "Next The gradient of a product" in text_of(ada.get("/courses/backprop"))
    graded(site, hand_in(ada), 2, 2, 2)
    assert "Next The derivative of softmax" in text_of(ada.get("/courses/backprop"))


def test_deadlines_are_told_in_the_time_zone_of_the_course(site):
    with site.services.database.write() as session:
        session.scalars(select(Course).where(Course.slug == "backprop")).one().timezone = "Asia/Shanghai"
    change(site, deadline=datetime(2026, 11, 30, 17, 30, tzinfo=UTC))
    shown = text_of(site.client("ada").get(EXERCISE))
    assert "Tue, Dec 1 01:30 China Time · in 9 days" in shown


def test_pages_come_in_the_language_that_the_browser_asks_for(site):
    ada = site.client("ada")
    shown = text_of(ada.get("/courses/backprop", headers={"Accept-Language": "zh-CN,zh;q=0.9"}))
    assert "下一题 乘积的梯度" in shown
    assert "截止： 11月28日周六 12:00 · 7天后" in shown


# An exercise -----------------------------------------------------------------------------------------


def test_an_exercise_shows_statement_points_attempts_and_what_it_is_marked_by(site):
    change(site, attempts=3)
    shown = text_of(site.client("ada").get(EXERCISE))
    for words in (
        "Worked example",
        "What you write",
        "What it is marked by",
        "Points 6",
        "3 of 3 left",
        "the best counts",
    ):
        assert words in shown


def test_the_starter_is_a_download(site):
    answer = site.client("ada").get(f"{EXERCISE}/starter")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="product_gradient.py"'
    assert "def product_backward" in answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_starting_over_leads_back_to_the_starter_in_the_same_language(site, language):
    """Else the button would stand there before anything was written, and bring the words of the other language."""
    page = site.client("ada").get(EXERCISE, headers={"Accept-Language": language}).text
    editor, starter = re.findall(r'<textarea id="(?:code|starter)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert editor == starter
    assert ("题目见" in starter) == (language == "zh")


def test_the_editor_begins_with_the_starter(site):
    assert (
        "raise NotImplementedError"
        in site.client("ada").get(EXERCISE).text.partition('id="code"')[2].partition("</textarea>")[0]
    )


def test_the_editor_can_begin_with_the_code_of_an_own_earlier_attempt(site):
    ada = site.client("ada")
    earlier = hand_in(ada, "# my own attempt\n").rpartition("/")[2]
    assert "# my own attempt" in ada.get(f"{EXERCISE}?from={earlier}").text
    assert "# my own attempt" not in site.client("ben").get(f"{EXERCISE}?from={earlier}").text


def test_the_history_says_which_attempt_counts(site):
    ada = site.client("ada")
    for points in ((0, 2, 2), (2, 2, 2), (0, 0, 2)):
        graded(site, hand_in(ada), *points)
    shown = text_of(ada.get(EXERCISE)).partition("Your attempts")[2]
    assert re.findall(r"Attempt (\d)", shown) == ["3", "2", "1"]
    assert "6 of 6 points ✓ counts" in shown
    assert shown.count("✓ counts") == 1


def test_where_the_last_counts_the_last_graded_counts(site):
    with site.services.database.write() as session:
        session.scalars(select(Course).where(Course.slug == "backprop")).one().counts = "last"
    ada = site.client("ada")
    for points in ((2, 2, 2), (0, 2, 2)):
        graded(site, hand_in(ada), *points)
    hand_in(ada, "# still waiting\n")
    assert "4 of 6 points ✓ counts" in text_of(ada.get(EXERCISE))


# Handing in ------------------------------------------------------------------------------------------


def submissions(site) -> list[Submission]:
    with site.services.database.read() as session:
        return list(
            session.scalars(
                select(Submission).options(undefer(Submission.files)).order_by(Submission.created_at, Submission.number)
            )
        )


def test_a_double_click_is_one_submission(site):
    ada = site.client("ada")
    assert hand_in(ada, key="k") == hand_in(ada, key="k")
    assert len(submissions(site)) == 1


def test_other_code_from_the_same_page_is_another_submission(site):
    """The browser's Back may bring the page with the key that it had."""
    ada = site.client("ada")
    assert hand_in(ada, key="k") != hand_in(ada, "# better\n", key="k")


def test_a_file_is_handed_in_under_its_own_name(site):
    site.client("ada").post(EXERCISE, data={"file": (io.BytesIO(RIGHT.encode()), "mine.py"), "key": "k"})
    assert [row.files[0]["name"] for row in submissions(site)] == ["mine.py"]


def test_nothing_chosen_is_said_and_nothing_is_counted(site):
    answer = site.client("ada").post(EXERCISE, data={"code": " "})
    assert answer.status_code == 422
    assert title_of(answer).startswith("Not handed in: ")
    assert "No file was chosen, and the editor is empty." in text_of(answer)
    assert submissions(site) == []


def test_what_was_written_is_still_there_when_it_could_not_be_taken(site):
    change(site, attempts=1)
    ada = site.client("ada")
    hand_in(ada)
    answer = ada.post(EXERCISE, data={"code": "# two hours of work\n"})
    assert answer.status_code == 422
    assert "The one attempt is used." in text_of(answer)
    assert "# two hours of work" in answer.text


def test_after_the_deadline_the_page_says_so_and_offers_no_form(site):
    site.clock.advance(days=8)
    page = site.client("ada").get(EXERCISE)
    assert "The deadline has passed, so nothing more can be handed in." in text_of(page)
    assert 'type="file"' not in page.text


def test_what_is_not_open_yet_can_be_read_by_staff_only(site):
    change(site, opens_at=site.clock() + timedelta(days=1))
    ada, grace = site.client("ada"), site.client("grace")
    shown = text_of(ada.get(EXERCISE))
    assert "This exercise can be read and handed in from Sun, Nov 22 12:00 on." in shown
    assert "Worked example" not in shown
    assert "Worked example" in text_of(grace.get(EXERCISE))
    assert [who.get(f"{EXERCISE}/starter").status_code for who in (ada, grace)] == [404, 200]
    assert "6 points ○ not open yet" in text_of(ada.get("/courses/backprop"))


def test_staff_can_try_an_exercise_out_at_any_time(site):
    site.clock.advance(days=8)
    assert 'type="file"' in site.client("grace").get(EXERCISE).text


# A submission ----------------------------------------------------------------------------------------


def test_while_one_waits_the_place_in_the_queue_is_told(site):
    hand_in(site.client("ben"))
    site.clock.advance(seconds=1)
    ada = site.client("ada")
    shown = text_of(ada.get(hand_in(ada)))
    assert "1 submission before this one in the queue" in shown
    assert "Your work is accepted and saved." in shown


@pytest.mark.parametrize(
    ("done", "of", "words"), [(0, 0, "Running the program"), (2, 8, "Check 3 of 8"), (8, 8, "Check 8 of 8")]
)
def test_while_it_runs_the_check_is_told(site, done, of, words):
    ada = site.client("ada")
    address = hand_in(ada)
    with site.services.database.write() as session:
        row = session.get_one(Submission, address.rpartition("/")[2])
        row.began_at, row.checks_done, row.checks_of = site.clock(), done, of
    assert words in text_of(ada.get(f"{address}/progress"))


def test_graders_that_are_away_are_told_of(site):
    ada = site.client("ada")
    address = hand_in(ada)
    with site.services.database.write() as session:
        session.get_one(Submission, address.rpartition("/")[2]).sent_at = None
    site.clock.advance(seconds=10)
    assert "The graders cannot be reached at the moment. This is graded as soon as they are back." in text_of(
        ada.get(address)
    )


def test_a_page_that_waits_asks_again_and_one_with_a_report_does_not(site):
    ada = site.client("ada")
    address = hand_in(ada)
    waiting = ada.get(address).text
    assert "hx-get" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    graded(site, address, 2)
    shown = ada.get(address).text
    assert "hx-get" not in shown
    assert "refresh" not in shown


def test_the_title_says_the_score(site):
    ada = site.client("ada")
    address = hand_in(ada)
    assert title_of(ada.get(address)).startswith("Being graded · ")
    graded(site, address, 2, 0, 2)
    assert title_of(ada.get(address)).startswith("4 of 6 points · The gradient of a product")
    assert 'data-said="4 of 6 points' in ada.get(f"{address}/progress").text


def test_hidden_checks_open_after_the_deadline_and_for_staff_at_once(site):
    ada = site.client("ada")
    address = hand_in(ada)
    graded(site, address, 0, 2, public=False)
    before = text_of(ada.get(address))
    assert "hidden until Sat, Nov 28 12:00" in before
    assert "x is 1" not in before
    assert "x is 1" in text_of(site.client("grace").get(address))
    site.clock.advance(days=8)
    assert "x is 1" in text_of(site.client("ada").get(address))


def test_a_fault_of_ours_is_told_kindly_and_counts_nothing(site):
    change(site, attempts=1)
    ada = site.client("ada")
    address = hand_in(ada)
    with site.services.database.write() as session:
        row = session.get_one(Submission, address.rpartition("/")[2])
        text = Text("The graders broke down.", "评分程序出了故障。")
        give_up(site.services, session, row, Fault(row.id, row.ticket, 0, "ours", text, "disk full on node 7"))
    shown = text_of(ada.get(address))
    assert "Not graded: our fault" in shown
    assert "The graders broke down." in shown
    assert "You may hand it in again until the exercise closes" in shown
    assert "disk full" not in shown
    assert "1 of 1 left" in text_of(ada.get(EXERCISE))
    assert "disk full on node 7" in text_of(site.client("tom").get(address))


def test_the_seed_is_for_staff(site):
    ada = site.client("ada")
    address = hand_in(ada)
    graded(site, address, 0, 2, public=False)
    seed = submissions(site)[0].seed
    assert seed not in ada.get(address).text
    assert seed in site.client("grace").get(address).text


# Downloads -------------------------------------------------------------------------------------------


def test_what_was_handed_in_comes_back_as_an_attachment_under_our_name(site):
    ada = site.client("ada")
    answer = ada.get(f"{hand_in(ada)}/files")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="product_gradient-1.py"'
    assert answer.text == RIGHT


def test_a_notebook_comes_back_as_its_code_cells(site):
    cells = ["import numpy as np", "def f(x):\n    return x"]
    notebook = {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell, "outputs": [1]} for cell in cells]}
    ada = site.client("ada")
    ada.post(EXERCISE, data={"file": (io.BytesIO(json.dumps(notebook).encode()), "w.ipynb")})
    answer = ada.get(f"/submissions/{submissions(site)[0].id}/files")
    assert 'filename="product_gradient-1.ipynb"' in answer.headers["Content-Disposition"]
    assert [cell["source"] for cell in json.loads(answer.data)["cells"]] == cells


def test_several_files_come_back_as_a_zip_that_stays_in_its_folder(site):
    from web.students import downloads

    files = (File("a.py", "1\n"), File("../../b.py", "2\n"), File("sub/c.py", "3\n"))
    answer = downloads.files("w-1", files)
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == ["a.py", "file-2.py", "sub/c.py"]
