"""Every page of students and staff, as it comes from the whole service: no barrier, no sideways scrolling."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.browser.test_bad_input import forgiven
from tests.browser.test_portal import EXERCISE, RIGHT, SOFTMAX, WRONG, upload, wait_for_report
from web.database.models import Submission
from web.recorder import give_up

pytestmark = [pytest.mark.browser, pytest.mark.service]

LOOKS = [(1280, "light", "en"), (390, "dark", "zh")]
COURSE = "/courses/backprop"


def look_at(page, axe, address: str, problems: list[str]) -> None:
    if address:
        page.goto(address)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    problems += [f"{page.url}: {found}" for found in axe(page)]
    problems += [f"{page.url}: {sideways} px sideways"] if sideways > 0 else []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_a_student_has_a_barrier(visit, service, axe, width, scheme, language):
    page, problems = visit(width=width, scheme=scheme, language=language), []
    for address in ("/", COURSE, SOFTMAX, f"{COURSE}/computational_graph", "/account", "/no/such/page"):
        look_at(page, axe, address, problems)
    upload(page, "slow.py", f"import time\n\ntime.sleep(2)\n{WRONG}")
    page.locator("#submission").wait_for()
    look_at(page, axe, "", problems)  # while it waits
    wait_for_report(page)
    look_at(page, axe, "", problems)
    page.goto(EXERCISE)
    page.locator("#code").fill(" ")
    page.locator("form[data-draft] button:not([type=button])").click()
    page.locator("[role=alert]").wait_for()
    look_at(page, axe, "", problems)
    look_at(page, axe, ours(service, page), problems)
    assert problems == []
    forgiven(page)


def ours(service, page) -> str:
    """The address of a submission that we could not grade."""
    from grader.calls import File
    from grader.files import Source
    from grader.messages import Fault, Text
    from web.submissions import Upload, accept

    with service.queue_away(), service.services.database.read() as session:
        assignment = session.query(Submission).first().assignment_id
        row = accept(service.services, page.visitor.id, assignment, Upload(Source((File("mine.py", RIGHT),))))
        with service.services.database.write() as writing:
            again = writing.get_one(Submission, row.id)
            text = Text("The graders broke down.", "评分程序出了故障。")
            give_up(service.services, writing, again, Fault(again.id, again.ticket, 0, "ours", text, "disk full"))
    return f"/submissions/{row.id}"


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_staff_has_a_barrier(visit, axe, width, scheme, language):
    student = visit()
    upload(student, "mine.py", WRONG)
    wait_for_report(student)
    page, problems = visit("instructor", width=width, scheme=scheme, language=language), []
    for address in (
        "/",
        f"{COURSE}/staff/submissions",
        f"{COURSE}/staff/gradebook",
        f"{COURSE}/staff/people",
        student.url,
    ):
        look_at(page, axe, address, problems)
    assert problems == []


def test_staff_find_a_submission_and_export_the_scores(visit):
    student = visit()
    upload(student, "mine.py", RIGHT)
    wait_for_report(student)
    page = visit("assistant")
    page.goto("/")
    page.get_by_role("link", name="Submissions").first.click()
    page.get_by_label("Student").select_option(label=student.visitor.name)
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name=re.compile("^Attempt 1")).click()
    assert student.visitor.name in page.locator("main").inner_text()
    page.get_by_role("link", name="Gradebook").click()
    assert (
        page.get_by_role("row", name=re.compile(student.visitor.name))
        .get_by_role("link", name=re.compile("^6"))
        .count()
        == 1
    )
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig"))))
    assert next(row for row in rows if row["name"] == student.visitor.name)["total"] == "6"
