"""The gradebook and a course's archive in a real browser: read, sorted, opened, filled from a file, taken out and in."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.browser.whole import COURSE
from web.database.models import Assignment, Course, Grade, Submission

pytestmark = [pytest.mark.browser, pytest.mark.service]

BOOK = f"{COURSE}/staff/gradebook"
LOOKS = [{}, {"width": 390, "scheme": "dark", "language": "zh"}]


def graded(service, visitor, points: float, number: int = 1) -> None:
    """An attempt at the first exercise, as the recorder leaves it."""
    with service.services.database.write() as session:
        exercise = (
            select(Assignment).join(Course).where(Course.slug == "backprop", Assignment.exercise == "product_gradient")
        )
        assignment = session.scalars(exercise).one()
        moment = service.services.clock()
        row = Submission(
            id=f"gradebook{visitor.id}n{number}",
            assignment_id=assignment.id,
            user_id=visitor.id,
            number=number,
            state="graded",
            files=[{"name": "mine.py", "text": "x = 1\n", "cells": []}],
            notes=[],
            seed="0" * 64,
            edition="1",
            created_at=moment,
            ticket=f"gradebook{visitor.id}t{number}",
        )
        session.add(row)
        session.flush()
        report = {
            "exercise": "product_gradient",
            "title": {"en": "A title", "zh": "标题"},
            "edition": "1",
            "seed": "0" * 64,
            "findings": [],
        }
        grade = Grade(
            submission_id=row.id,
            ticket=row.ticket,
            points=points,
            out_of=6,
            edition="1",
            codes=[],
            report=report,
            graded_at=moment,
        )
        session.add(grade)
        session.flush()
        row.grade_id = grade.id


@pytest.fixture
def ada(service):
    """Somebody new with two attempts."""
    visitor = service.visitor()
    graded(service, visitor, 2, 1)
    graded(service, visitor, 5, 2)
    return visitor


def sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow, dark, Chinese"])
def test_no_page_of_the_gradebook_has_barriers(visit, axe, ada, look):
    page = visit("instructor", **look)
    for address in (
        BOOK,
        f"{BOOK}/{ada.id}/product_gradient",
        f"{BOOK}/columns",
        f"{COURSE}/staff/export",
        "/courses/new/archive",
    ):
        page.goto(address)
        assert axe(page) == [], address
        assert not sideways(page), address


def test_a_cell_opens_over_the_table_and_gives_the_focus_back(visit, axe, ada):
    page = visit("assistant")
    page.goto(f"{BOOK}?name={ada.name.replace(' ', '+')}")
    link = page.locator("tbody td a").first
    assert link.inner_text() == "5"
    link.focus()
    page.keyboard.press("Enter")
    opened = page.locator("#opened")
    opened.get_by_text("attempt 2, the best of 2 graded").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert axe(page) == []
    page.keyboard.press("Escape")
    opened.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "5"


def test_without_scripts_a_cell_is_a_page_and_sorting_works(visit, ada):
    page = visit("assistant", java_script_enabled=False)
    page.goto(f"{BOOK}?name={ada.name.replace(' ', '+')}")
    page.get_by_role("link", name="The gradient of a product").click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("The gradient of a product")
    page.locator("tbody td a").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith(ada.name)
    assert "graded 5/6" in page.locator(".steps").inner_text()


def test_heads_and_names_stay_in_sight(visit, service):
    for _ in range(40):
        service.visitor()
    page = visit("assistant")
    page.goto(BOOK)
    scroller = page.locator(".gradebook .scroller")
    scroller.evaluate("place => place.scrollTo(600, 900)")
    frame = scroller.bounding_box()
    head = page.locator("thead th").first.bounding_box()
    assert abs(head["x"] - frame["x"]) < 3
    assert abs(head["y"] - frame["y"]) < 3


def test_a_column_is_made_filled_from_a_spreadsheet_and_exported(visit, axe, ada):
    page = visit("instructor")
    page.goto(f"{BOOK}/columns")
    name = f"Oral {ada.id}"
    page.locator("#name-new").fill(name)
    page.locator("#out-of-new").fill("10")
    page.get_by_role("button", name="Make the column").click()
    page.goto(BOOK)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export as CSV").click()
    rows = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig"))))
    place, email = rows[0].index(name), f"visitor{ada.name.split()[1]}@example.org"
    next(row for row in rows if row[1] == email)[place] = "7,5"
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    page.goto(f"{BOOK}/columns")
    content = written.getvalue().encode("gb18030")
    page.set_input_files("input[type=file]", {"name": "marks.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at what changes").click()
    assert "1 mark becomes another one." in page.locator("main").inner_text()
    assert axe(page) == []
    page.get_by_role("button", name="Apply").click()
    row = page.get_by_role("row", name=re.compile(rf"^{ada.name}\b"))
    assert "12.5" in row.inner_text()
    _removed(page, name)


def _removed(page, name: str) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{BOOK}/columns")
    box = page.locator("details", has_text=name)
    box.locator("summary").click()
    box.get_by_role("checkbox").check()
    box.get_by_role("button", name="Remove").click()
    page.get_by_text("The column is removed.").wait_for()


def test_a_course_goes_out_and_comes_in_again(visit, ada):
    page = visit("instructor")
    page.goto(BOOK)
    page.get_by_role("link", name="Export the course").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
    page.goto("/courses/new/archive")
    slug = f"brought-{ada.id}"
    page.get_by_label("Name in the address").fill(slug)
    page.set_input_files("input[type=file]", saved.value.path())
    page.get_by_role("button", name="Bring it").click()
    page.get_by_text("The course is there, with everything in it.").wait_for()
    page.goto(f"/courses/{slug}/staff/gradebook?name={ada.name.replace(' ', '+')}")
    assert page.locator("tbody td a").first.inner_text() == "5"
