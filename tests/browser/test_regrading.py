"""Regrades in a browser: an instructor tries, watches, decides; a student reads of it; no page has a barrier."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.browser.test_pages import LOOKS, look_at
from tests.browser.test_portal import EXERCISE, RIGHT, WRONG, upload, wait_for_report
from tests.web.conftest import (  # noqa: F401 - fixtures of the site
    applications,
    hashed_password,
    populated,
    settings,
    site,
)
from tests.web.conftest import services as in_memory  # noqa: F401
from tests.web.regrading.conftest import House
from tests.web.test_reliability import Bell

pytestmark = pytest.mark.browser

PAGE = "/courses/backprop/staff/regrades"
PATIENCE = 30_000
WHY = "The check of the second gradient was too strict: it now allows for rounding."


@pytest.fixture
def services(in_memory):  # noqa: F811
    """The site's, with a bell in place of the broker, and today's date."""
    in_memory.clock.moment = datetime.now(UTC).replace(microsecond=0)
    return replace(in_memory, doorbell=Bell())


@pytest.fixture
def house(site) -> House:  # noqa: F811
    """A course with a bell, in which Ada and Ben have handed in."""
    return House(site.services)


@pytest.fixture
def opened(site, serve, open_page):  # noqa: F811
    """A page on which this person is signed in."""

    def opening(name: str, **look):
        address = serve(site.app)
        page = open_page(base_url=address, **look)
        cookie = site.client(name)
        cookie.get("/")
        value = cookie.get_cookie("chainrule").value
        page.context.add_cookies([{"name": "chainrule", "value": value, "url": address}])
        return page

    return opening


def worked(house: House) -> dict[str, float]:
    """Submissions of both, and what a regrade gives them."""
    given = [("ada", 6, ("M35",), 4), ("ada", 2, (), 6), ("ben", 4, ("M12",), 4), ("ben", 2, (), 2), ("ben", 4, (), 6)]
    return {house.graded(who, points, codes): after for who, points, codes, after in given}


def regrade(house: House, *, failing: bool = False) -> int:
    points = worked(house)
    number = house.begin(why=WHY)
    jobs = house.fed()
    for job in jobs[failing:]:
        house.tell(job, points[job.submission], ("M37",) if points[job.submission] == 4 else ())
    if failing:
        from grader.messages import Fault, Text
        from web.recorder import record

        first = jobs[0]
        detail = "ZeroDivisionError: division by zero (check2)"
        record(house.services, [Fault(first.submission, first.ticket, 0, "exercise", Text("", ""), detail)])
    house.fed()
    return number


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_a_regrade_has_a_barrier(site, house, opened, axe, width, scheme, language):  # noqa: F811
    from web.database.models import Submission
    from web.regrading import settling

    page, problems = opened("grace", width=width, scheme=scheme, language=language), []
    look_at(page, axe, PAGE, problems)  # with nothing in it
    first = regrade(house, failing=True)
    shadow = house.shadows()[1].id
    for address in (PAGE, f"{PAGE}/{first}", f"{PAGE}/{first}?show=all", f"{PAGE}/{first}/{shadow}"):
        look_at(page, axe, address, problems)
    settling.publish(house.services, first, house.people["grace"], why=WHY)
    with house.services.database.write() as session:
        for row in session.query(Submission):
            row.edition = "an older one"
    second = house.begin(why="Other inputs, to see whether anybody was lucky.", new_seeds=True)
    for address in (PAGE, f"{PAGE}/{first}", f"{PAGE}/{second}"):
        look_at(page, axe, address, problems)
    settling.discard(house.services, second, house.people["grace"])
    for address in (PAGE, f"{PAGE}/{second}"):
        look_at(page, axe, address, problems)
    ada = opened("ada", width=width, scheme=scheme, language=language)
    with house.services.database.read() as session:
        mine = session.query(Submission).filter_by(user_id=house.people["ada"]).all()
    for address in ("/", "/courses/backprop", EXERCISE, *(f"/submissions/{row.id}" for row in mine)):
        look_at(ada, axe, address, problems)
    assert problems == []


@pytest.mark.service
def test_an_instructor_tries_watches_and_publishes_and_the_student_reads_of_it(visit, service):
    """Over the whole service: real workers, the bar moves by itself, and what was asked is done."""
    ada, grace = visit(), visit("instructor")
    upload(ada, "mine.py", RIGHT)
    wait_for_report(ada)
    upload(ada, "mine.py", WRONG)
    wait_for_report(ada)
    page = grace
    page.goto(PAGE)
    page.get_by_label("Exercise").select_option("product_gradient")
    page.get_by_label("With other random inputs").check()
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Begin in the background").click()
    page.get_by_role("heading", name="Decide").wait_for(timeout=PATIENCE)
    assert re.match(r"\d+ stay, \d+ gain, \d+ lose", page.locator(".sum").inner_text())
    page.get_by_role("link", name=re.compile("^All ")).click()
    mine = page.get_by_role("row").filter(has_text=ada.visitor.name)  # others' scores were made up by other tests
    assert [("stays" in text, "loses" in text) for text in mine.all_inner_texts()] == [(True, False)] * 2
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Publish the new scores").click()
    page.get_by_text("Published. ").wait_for()
    ada.reload()
    assert "Graded again" in ada.locator("#submission").inner_text()
    assert WHY in ada.locator("#submission").inner_text()
