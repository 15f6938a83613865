"""One student as staff see them, in a browser: no barrier, nothing sideways, by keyboard and without script too."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from grader.calls import File
from grader.messages import Report
from grader.plain import from_plain, to_plain
from tests.browser.test_bad_input import forgiven
from web.accounts.passwords import hashed
from web.accounts.sessions import begin
from web.application import create_app
from web.crowd.making import Size, make
from web.database.models import Assignment, Grade, Submission, User
from web.database.schema import upgrade
from web.services import Services
from web.settings import Settings

pytestmark = [pytest.mark.browser]

LOOKS = [(1280, "light", "en"), (390, "dark", "zh")]
OLD = "import numpy as np\n\n\ndef slope(a):\n    return 1 - a\n" + "# a note\n" * 80
NEW = OLD.replace("1 - a", "1 - a**2")


@pytest.fixture(scope="session")
def crowd(tmp_path_factory):
    """A small class, of which one student's last two attempts have code that differs."""
    home = tmp_path_factory.mktemp("crowd")
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home}/site.db",
        redis_url="memory://",
        secret_key="0123456789abcdef0123456789abcdef",
        exercises=Path(__file__).parents[2] / "assignments",
    )
    services = Services.of(settings)
    upgrade(services.database)
    make(services, Size(students=6, submissions=240, exercises=8), hashed("a long enough password"))
    with services.database.write() as session:
        student, exercise = busiest(session)
        rows = list(
            session.scalars(
                select(Submission)
                .where(Submission.user_id == student, Submission.assignment_id == exercise)
                .order_by(Submission.number)
            )
        )
        for row, code in zip(rows[-2:], (OLD, NEW), strict=True):
            rewrite(session, row, (File("solution.py", code),))
        name = session.get_one(Assignment, exercise).exercise
    person = f"/courses/crowd/staff/students/{student}"
    return SimpleNamespace(
        services=services, app=create_app(settings, services), person=person, page=f"{person}/{name}", last=rows[-1].id
    )


def busiest(session) -> tuple[int, int]:
    """Who tried what most often."""
    found = select(Submission.user_id, Submission.assignment_id).group_by(Submission.user_id, Submission.assignment_id)
    return session.execute(found.order_by(func.count().desc())).first()


def rewrite(session, row: Submission, files: tuple[File, ...]) -> None:
    """Give a submission other code, also in its report."""
    row.files = to_plain(tuple[File, ...], files)
    grade = session.get_one(Grade, row.grade_id)
    grade.report = to_plain(Report, replace(from_plain(Report, grade.report, "report"), files=files))


@pytest.fixture
def opened(open_page, serve, crowd):
    """A page on which somebody of the class is signed in: `opened("grace")`, `opened("assistant1", width=390)`."""

    def opening(who="grace", **look):
        with crowd.services.database.write() as session:
            email = f"{who}@crowd.example.org" if "@" not in who else who
            user = session.scalars(select(User).where(User.email == email)).one()
            token = begin(session, user, crowd.services.clock(), "test")
        url = serve(crowd.app)
        browser = crowd.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        page = open_page(base_url=url, **look)
        page.context.add_cookies([{"name": "chainrule", "value": browser.get_cookie("chainrule").value, "url": url}])
        return page

    return opening


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
@pytest.mark.parametrize("who", ["grace", "assistant1"])
def test_no_page_about_a_student_has_a_barrier(opened, crowd, axe, who, width, scheme, language):
    page, problems = opened(who, width=width, scheme=scheme, language=language), []
    wrong = f"/submissions/{crowd.last}?file=0&line=5"
    for address in (crowd.person, crowd.page, f"{crowd.page}?before=1&after=2", wrong):
        page.goto(address)
        problems += [f"{address}: {found}" for found in axe(page)]
        problems += [f"{address}: {sideways(page)} px sideways"] if sideways(page) > 0 else []
    page.goto(crowd.person)
    for summary in page.locator("details.more > summary").all():
        summary.click()
    problems += axe(page)
    assert problems == []


def test_every_column_of_the_drawing_is_reached_by_keyboard_and_leads_to_its_report(opened, crowd):
    page = opened()
    page.goto(crowd.page)
    link = page.locator("svg.strip a").last
    link.focus()
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.hit')).strokeWidth") != "0px"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/submissions/{crowd.last}")


def test_columns_lie_a_finger_apart(opened, crowd):
    page = opened(width=390)
    page.goto(crowd.person)
    gaps = page.evaluate(
        """[...document.querySelectorAll("svg.strip")].flatMap(drawn => {
            const left = [...drawn.querySelectorAll(".hit")].map(one => one.getBoundingClientRect().left);
            return left.slice(1).map((x, n) => x - left[n]);
        })"""
    )
    assert gaps
    assert min(gaps) >= 24


def test_the_difference_is_shown_with_what_changed_in_a_line_marked(opened, crowd):
    page = opened()
    page.goto(crowd.page)
    shown = page.locator(".listing.diff")
    assert shown.locator("tr.gone").inner_text().split() == ["5", "−", "gone", "return", "1", "-", "a"]
    assert shown.locator("tr.new ins").inner_text() == "**2"


def test_attempts_are_chosen_and_compared_without_script(opened, crowd):
    page = opened(java_script_enabled=False)
    page.goto(crowd.page)
    page.get_by_label("From").select_option("1")
    page.get_by_label("To").select_option("2")
    page.get_by_role("button", name="Compare").click()
    assert page.get_by_role("heading", name="From attempt 1 to attempt 2").count() == 1


def test_an_instructor_sets_a_score_and_takes_it_back_without_script(opened, crowd):
    page = opened(java_script_enabled=False)
    page.goto(crowd.page)
    page.get_by_label("Score instead of what was graded").fill("1.5")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Say why: the student reads it." in page.locator("main").inner_text()
    assert page.get_by_label("Score instead of what was graded").input_value() == "1.5"
    page.get_by_label("Reason for this score").fill("Explained at the board")
    page.get_by_role("button", name="Save", exact=True).click()
    assert "set by staff: Explained at the board" in page.locator("dl.facts").inner_text()
    page.get_by_role("button", name="Take the set score back").click()
    assert "set by staff" not in page.locator("dl.facts").inner_text()
    journal = page.locator("section", has=page.get_by_role("heading", name="What was arranged"))
    assert journal.locator("tbody tr").count() >= 2
    forgiven(page)


def test_a_line_is_commented_without_script_and_the_student_reads_it_there(opened, crowd):
    page = opened("assistant1", java_script_enabled=False)
    page.goto(f"/submissions/{crowd.last}")
    page.get_by_role("link", name="Comment on line 5", exact=True).click()
    page.get_by_role("textbox", name="Comment on line 5").fill("Yes: in terms of the output.")
    page.locator("#write").get_by_role("button", name="Add the comment").click()
    page.wait_for_url(re.compile("#comment-"))
    with crowd.services.database.read() as session:
        student = session.get_one(Submission, crowd.last).user.email
    reader = opened(student)
    reader.goto(f"/submissions/{crowd.last}")
    row = reader.locator("tr.below")
    assert "Yes: in terms of the output." in row.inner_text()
    assert row.locator("xpath=preceding-sibling::tr[1]").inner_text().split()[0] == "5"
    assert reader.get_by_role("button", name="Add the comment").count() == 0
    page.get_by_role("button", name="Remove").first.click()
    assert page.locator("tr.below").count() == 0
