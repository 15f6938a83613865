"""Totals by weight, comments that are told, and a new course's zone in a browser: no barrier, and one form that works."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.browser.test_setup import LOOKS, SETUP, look, visiting  # noqa: F401
from tests.web.conftest import applications, hashed_password, populated, services, settings, site  # noqa: F401
from tests.web.gradebook.conftest import BOOK, school  # noqa: F401
from web.database.models import Comment, Course

pytestmark = pytest.mark.browser
COURSE = "/courses/backprop"


@pytest.fixture
def weighed(site, school):
    """Two chapters, an oral exam, and a comment on what Ada handed in."""
    school.column("Oral exam", 10, ada=8.5)
    school.attempt("ada", 5)
    key = school.attempt("ada", None, state="ours")
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    site.client("grace").post(f"{SETUP}/total", data={"act": "chapters"})
    with site.services.database.write() as session:
        words = {"file": "", "line": 0, "text": "The factor belongs to the other one.", "created_at": site.clock()}
        session.add(Comment(submission_id=key, author_id=site.people["tom"], **words))
    return key


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_a_total_has_a_barrier(site, weighed, visiting, axe, width, scheme, language):
    shape, problems = {"width": width, "scheme": scheme, "language": language}, []
    grace, ada = visiting(**shape), visiting("ada", **shape)
    for page, name, path in (
        (grace, "total", f"{SETUP}/total"),
        (grace, "weighed-book", BOOK),
        (grace, "whole", f"{BOOK}/{site.people['ada']}"),
        (grace, "own-columns", f"{BOOK}/columns"),
        (ada, "told-home", "/"),
        (ada, "told-exercise", f"{COURSE}/product_gradient"),
        (ada, "weighed-course", COURSE),
    ):
        assert page.goto(path).status == 200
        if name == "weighed-course":
            page.locator(".mine summary").click()
        problems += look(page, axe, name)
    assert problems == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_neither_has_the_account_or_a_course_that_is_a_draft(site, visiting, axe, width, scheme, language):
    with site.services.database.write() as session:
        session.scalars(select(Course).where(Course.slug == "backprop")).one().draft = True
    page, problems = visiting(width=width, scheme=scheme, language=language), []
    for name, path in {"account": "/account", "draft-home": "/", "draft-course": COURSE, "draft-setup": SETUP}.items():
        assert page.goto(path).status == 200
        problems += look(page, axe, name)
    assert problems == []


def test_weights_are_set_and_a_total_opens_over_the_table(weighed, visiting):
    page = visiting()
    page.goto(f"{SETUP}/total")
    page.get_by_label("New category").fill("Exam")
    page.locator("#weight-new").fill("60")
    page.keyboard.press("Enter")  # which saves, and removes nothing
    page.get_by_text("Saved.").wait_for()
    assert page.locator(".category").count() == 5
    page.get_by_label("Oral exam").select_option("Exam")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_text("Saved.").wait_for()
    page.goto(f"{BOOK}?name=ada")
    page.locator("tbody td.total a").click()
    page.locator("#opened").get_by_text("Exam (weight 60): 8.5 of 10 points").wait_for()


def test_a_comment_is_read_from_the_first_page_and_told_no_more(weighed, visiting):
    page = visiting("ada")
    page.goto("/")
    page.get_by_role("link", name="Read it").click()
    page.wait_for_url(f"**/submissions/{weighed}#talk")
    page.goto("/")
    assert page.get_by_text("commented on your work").count() == 0


@pytest.mark.parametrize(("scripts", "zone"), [(True, "Europe/Berlin"), (False, "UTC")])
def test_a_new_course_begins_with_the_zone_of_the_browser(visiting, scripts, zone):
    page = visiting(timezone_id="Europe/Berlin", java_script_enabled=scripts)
    page.goto("/new-course")
    assert page.get_by_label("Time zone").input_value() == zone
