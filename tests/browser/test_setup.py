"""The set-up of a course in a browser: no barrier, nothing sideways, in both languages, light and dark; what is typed holds."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.web.conftest import applications, hashed_password, populated, services, settings, site  # noqa: F401
from web.database.models import Assignment, Course, Membership

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light", "en"), (390, "dark", "zh")]
PICTURES = os.environ.get("PICTURES", "")  # a folder for screenshots, for whoever wants to look
SETUP = "/courses/backprop/staff/setup"
PLAIN = "email,name,role,group\nada@example.org,Ada,student,A\nlinus@example.org,林纳斯,student,B\nemmy@example.org,Emmy,,A\n"
BROKEN = "email,name,role\nada@example.org,Ada,owner\nnobody,Emmy,student\nada@example.org,Ada,student\n"


@pytest.fixture
def visiting(site, serve, open_page):
    """A page on which somebody of the course is signed in; forms need their tokens here, as outside of tests."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    address = serve(site.app)

    def opened(name="grace", **look):
        page = open_page(base_url=address, **look)
        cookie = site.client(name).get_cookie("chainrule").value
        page.context.add_cookies([{"name": "chainrule", "value": cookie, "url": address}])
        return page

    return opened


def look(page, axe, name: str) -> list[str]:
    """What is wrong with the page that is open."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{name}: {found}" for found in axe(page)] + ([f"{name}: {sideways} px sideways"] if sideways > 0 else [])


def row(site, exercise="product_gradient") -> Assignment:
    with site.services.database.read() as session:
        found = select(Assignment).join(Course).where(Course.slug == "backprop", Assignment.exercise == exercise)
        return session.scalars(found).one()


def test_on_a_telephone_the_room_that_is_open_is_in_sight(visiting):
    page = visiting(width=390, language="zh")
    page.goto(SETUP)
    room = page.locator("nav.main [aria-current]").bounding_box()
    assert room["x"] >= 0
    assert room["x"] + room["width"] <= 390


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_the_set_up_has_a_barrier(site, visiting, axe, width, scheme, language):
    page, problems = visiting(width=width, scheme=scheme, language=language), []
    with site.services.database.write() as session:
        session.merge(row(site, "mlp_backward")).draft = True
        session.scalars(select(Membership).where(Membership.user_id == site.people["ada"])).one().group = "A"
    for name, path in {
        "home": "/",
        "course": SETUP,
        "exercises": f"{SETUP}/exercises",
        "exercise": f"{SETUP}/exercises/product_gradient",
        "dates": f"{SETUP}/dates",
        "roster": f"{SETUP}/roster",
        "people": "/courses/backprop/staff/people",
        "new-course": "/new-course",
    }.items():
        assert page.goto(path).status == 200
        problems += look(page, axe, name)
    assert problems == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_what_is_refused_and_what_is_previewed_has_no_barrier_either(visiting, axe, width, scheme, language):
    page, problems = visiting(width=width, scheme=scheme, language=language), []
    page.goto(SETUP)
    page.fill("#field-timezone", "Nowhere")
    page.fill("#field-late_percent", "x")
    with page.expect_navigation():
        page.click("main form.sheet button")
    problems += look(page, axe, "course-refused")
    page.goto(f"{SETUP}/dates")
    page.fill("#field-first", "2026-12-04T18:00")
    with page.expect_navigation():
        page.click("button[value=fill]")
    problems += look(page, axe, "dates-filled")
    for name, table in {"roster-refused": BROKEN, "roster-preview": PLAIN}.items():
        page.goto(f"{SETUP}/roster")
        page.fill("#field-written", table)
        with page.expect_navigation():
            page.locator("form:has(#field-written) button").click()
        problems += look(page, axe, name)
    with page.expect_navigation():
        page.locator("form.confirm button").click()
    problems += look(page, axe, "roster-applied")
    page.complaints[:] = [one for one in page.complaints if "the server responded with a status of 422" not in one]
    assert problems == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_students_read_terms_without_a_barrier(site, visiting, axe, width, scheme, language):
    """Late, with attempts that come back; and what comes early, on the course's page."""
    with site.services.database.write() as session:
        late = session.merge(row(site))
        late.deadline, late.attempts, late.attempts_hours = site.clock(), 3, 4
        rules = {"early_percent": 5.0, "early_hours": 24, "late_percent": 10.0, "late_days": 3}
        session.scalars(select(Course).where(Course.slug == "backprop")).one().credit = rules
    site.clock.advance(hours=30)
    page, problems = visiting("ada", width=width, scheme=scheme, language=language), []
    for name, path in {
        "student-course": "/courses/backprop",
        "student-late": "/courses/backprop/product_gradient",
    }.items():
        page.goto(path)
        problems += look(page, axe, name)
        assert ("−20 % if handed in now" if language == "en" else "现在提交 −20%") in page.locator("main").inner_text()
    assert problems == []


def test_the_preview_follows_what_is_typed_and_saving_keeps_it(site, visiting):
    page = visiting()
    page.goto(f"{SETUP}/exercises/product_gradient")
    page.fill("#field-deadline", "2026-12-04T18:00")
    page.select_option("#field-limit", "limited")
    page.fill("#field-attempts", "3")
    page.fill("#field-attempts_hours", "4")
    page.keyboard.press("Tab")
    page.locator("#preview", has_text="3 attempts, each comes back after 4 hours").wait_for()
    assert "due Fri, Dec 4 18:00" in page.locator("#preview").inner_text()
    assert row(site).attempts is None
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    assert (row(site).attempts, row(site).deadline.isoformat()) == (3, "2026-12-04T18:00:00+00:00")


def test_exercises_are_ordered_and_published_without_scripts_and_one_stays_where_one_was(site, visiting):
    page = visiting(java_script_enabled=False)
    page.goto(f"{SETUP}/exercises")
    page.locator("#mlp_backward").get_by_role("button", name="Up").click()
    assert page.url.endswith("#mlp_backward")
    assert page.locator("ol.chosen-ones > li").nth(1).get_attribute("id") == "mlp_backward"
    page.locator("#mlp_backward").get_by_role("button", name="Make draft").click()
    assert row(site, "mlp_backward").draft


def test_a_row_of_deadlines_is_filled_in_and_saved(site, visiting):
    page = visiting()
    page.goto(f"{SETUP}/dates")
    page.fill("#field-first", "2026-12-04T18:00")
    page.fill("#field-open_days", "7")
    page.get_by_role("button", name="Fill in").click()
    assert page.get_by_label("Deadline: ").nth(2).input_value() == "2026-12-18T18:00"
    page.get_by_role("button", name="Save all dates").click()
    page.get_by_text("Dates of 3 exercises changed").wait_for()
    assert row(site, "mlp_backward").opens_at.isoformat() == "2026-12-11T18:00:00+00:00"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_roster_is_brought_as_a_file_confirmed_and_its_links_are_saved_as_a_file(visiting, tmp_path, scripts):
    page = visiting(java_script_enabled=scripts)
    page.goto(f"{SETUP}/roster")
    table = PLAIN.replace("\n", "\r\n").encode("gbk")
    page.set_input_files("input[type=file]", {"name": "roster.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Look at what would change").click()
    assert "林纳斯" in page.locator("main").inner_text()
    page.get_by_role("button", name="Apply this").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download name, e-mail and link as CSV").click()
    assert saved.value.suggested_filename == "invitations-backprop.csv"
    rows = list(csv.DictReader(Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [one["name"] for one in rows] == ["林纳斯", "Emmy"]
    page.goto(rows[0]["link"])
    assert "Backpropagation" in page.locator("main").inner_text()


def test_a_course_is_made_from_the_home_page(visiting):
    page = visiting()
    page.goto("/")
    page.get_by_role("link", name="Make a new course").click()
    page.get_by_label("Title in English").fill("Spring")
    page.get_by_label("Title in Chinese").fill("春季")
    page.get_by_label("Name in the address").fill("spring-2027")
    page.get_by_label("Time zone").fill("Asia/Shanghai")
    page.get_by_role("button", name="Make the course").click()
    page.wait_for_url("**/courses/spring-2027/staff/setup/dates")
    assert "(Asia/Shanghai)" in page.locator("main").inner_text()
