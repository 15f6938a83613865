"""The class and its exercises in a browser: plots drawn from tables, numbers that renew themselves, no barriers."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from tests.web.conftest import applications, crowd, hashed_password, settings, small_class  # noqa: F401
from web.database.models import SignIn, Submission
from web.overview import views

pytestmark = pytest.mark.browser

CLASS = "/courses/crowd/staff"
EXERCISE = f"{CLASS}/exercises/affine_loss"
PAGES = {
    "class": CLASS,
    "exercise": EXERCISE,
    "students": f"{EXERCISE}/students?show=submitted",
    "attention": f"{CLASS}/attention",
}
CHART = "id => { const c = Chart.getChart(document.querySelector(`#${id} canvas`)); return c && "


@pytest.fixture
def visit(crowd, serve, open_page):
    """A page on which Grace is signed in."""
    address = serve(crowd.app)
    cookie = crowd.client("grace").get_cookie("chainrule").value

    def visiting(path, **look):
        page = open_page(base_url=address, **look)
        page.context.add_cookies([{"name": "chainrule", "value": cookie, "url": address}])
        page.goto(path)
        return page

    return visiting


def drawn(page, figure: str):
    """The labels and the numbers of a plot, as Chart.js has them."""
    found = "({ labels: c.data.labels, data: c.data.datasets.map((d) => d.data) }); }"
    return page.evaluate(CHART + found, figure)


def spot(page, figure: str, series: int, row: int) -> dict[str, float]:
    """Where on the page a bar or a point is."""
    page.locator(f"#{figure} canvas").scroll_into_view_if_needed()
    box = page.locator(f"#{figure} canvas").bounding_box()
    place = page.evaluate(
        "([id, s, r]) => { const c = Chart.getChart(document.querySelector(`#${id} canvas`)),"
        " e = c.getDatasetMeta(s).data[r]; return c.options.indexAxis === 'y' ? { x: e.x / 2 + e.base / 2, y: e.y }"
        " : { x: e.x, y: e.base ? e.y / 2 + e.base / 2 : e.y }; }",
        [figure, series, row],
    )
    return {"x": box["x"] + place["x"], "y": box["y"] + place["y"]}


# Barriers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (390, "dark", "zh"), (1280, "dark", "en"), (390, "light", "zh")]
)  # fmt: skip
def test_pages_have_no_barriers_and_do_not_scroll_sideways(visit, axe, name, width, scheme, language):
    page = visit(PAGES[name], width=width, scheme=scheme, language=language)
    page.locator("main h1").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_every_table_is_there_and_leads_on(visit):
    page = visit(EXERCISE, java_script_enabled=False)
    assert page.locator("figure.chart table:visible").count() == page.locator("figure.chart").count() >= 4
    assert page.locator("figure.chart .drawing:visible").count() == 0
    page.locator("#scores table a").last.click()
    assert page.locator("main tbody tr").count() > 0


# Plots --------------------------------------------------------------------------------------------


def test_plots_show_just_what_their_tables_say(visit):
    page = visit(EXERCISE)
    page.locator("#thoughts canvas").wait_for()
    told = page.locator("#scores td[data-value]").evaluate_all("cells => cells.map((c) => Number(c.dataset.value))")
    assert drawn(page, "scores")["data"] == [told]
    assert sum(told) > 10
    lines = page.locator("#thoughts tbody tr").evaluate_all(
        "rows => rows.slice(0, 5).map((r) => [...r.querySelectorAll('[data-value]')].map((c) => Number(c.dataset.value)))"
    )
    assert drawn(page, "thoughts")["data"] == lines
    assert len(drawn(page, "checks")["data"]) == 2


@pytest.mark.parametrize(
    ("figure", "series", "row", "words"),
    [("scores", 0, 10, "score=10"), ("checks", 0, 0, "of=first"), ("thoughts", 0, 0, "attempt=1")],
)
def test_a_click_on_a_bar_leads_to_its_students(visit, figure, series, row, words):
    page = visit(EXERCISE)
    page.locator(f"#{figure} canvas").wait_for()
    place = spot(page, figure, series, row)
    page.mouse.click(place["x"], place["y"])
    page.wait_for_url(f"**/affine_loss/students?*{words}*")
    assert page.locator("main tbody tr").count() > 0


def test_a_plot_changes_its_colours_with_the_theme(visit):
    page = visit(EXERCISE)
    page.locator("#scores canvas").wait_for()
    colour = CHART + "c.data.datasets[0].backgroundColor; }"
    before = page.evaluate(colour, "scores")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"before => ({colour})('scores') !== before", arg=before)


def test_the_numbers_are_reached_by_keyboard(visit):
    page = visit(EXERCISE)
    page.locator("#scores canvas").wait_for()
    assert page.locator("#scores table").is_hidden()
    page.locator("#scores summary").focus()
    page.keyboard.press("Enter")
    page.locator("#scores table").wait_for(state="visible")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/students?*score=*")


# Live ---------------------------------------------------------------------------------------------


def become_ours(crowd, exercise: str) -> None:
    """One submission becomes a fault of ours, as if the grader had told so just now."""
    with crowd.services.database.write() as session:
        of = (Submission.assignment_id == crowd.assignments[exercise], Submission.state == "graded")
        chosen = session.scalars(select(Submission.id).where(*of).limit(1)).one()
        session.execute(update(Submission).where(Submission.id == chosen).values(state="ours", grade_id=None))


def test_numbers_renew_themselves_and_leave_the_reader_where_they_were(visit, crowd, monkeypatch):
    """An opened table stays open, the focus stays where it was, and the plot is drawn anew."""
    monkeypatch.setattr(views, "EVERY", "300ms")
    page = visit(EXERCISE)
    page.locator("#scores canvas").wait_for()
    page.locator("#scores summary").click()
    link = page.locator("#scores tbody a").last
    link.focus()
    place = link.get_attribute("href")
    become_ours(crowd, "affine_loss")
    page.locator(".notice", has_text="could not be graded").wait_for()
    page.locator("#scores canvas").wait_for()
    assert page.locator("#scores table").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('href')") == place


def test_the_class_renews_itself_again_and_again(visit, crowd, monkeypatch):
    monkeypatch.setattr(views, "EVERY", "300ms")
    page = visit(CLASS)
    for exercise in ("slope", "affine_loss"):
        before = page.locator(".needs .ours").inner_text()
        become_ours(crowd, exercise)
        page.wait_for_function("before => document.querySelector('.needs .ours').innerText !== before", arg=before)


def test_whose_session_has_ended_is_led_to_sign_in_and_back_to_the_whole_page(visit, crowd, monkeypatch):
    monkeypatch.setattr(views, "EVERY", "300ms")
    page = visit(CLASS)
    with crowd.services.database.write() as session:
        session.execute(update(SignIn).values(ended_at=crowd.clock()))
    page.wait_for_url(re.compile(r"/sign-in\?next=/courses/crowd/staff$"))
    assert page.locator("main h1").count() == 1


def test_where_nothing_is_new_next_to_nothing_is_sent(visit, crowd, monkeypatch):
    monkeypatch.setattr(views, "EVERY", "300ms")
    page = visit(EXERCISE)
    answers = []
    page.on("response", lambda answer: answers.append((answer.url, answer.status)))
    page.wait_for_timeout(1500)
    asked = [status for url, status in answers if "/live" in url]
    assert len(asked) >= 2
    assert set(asked) == {204}


def test_what_was_our_fault_is_sent_again_with_one_click(visit):
    page = visit(CLASS)
    page.get_by_role("button", name="Grade again").click()
    page.locator(".notice", has_text="graded again").wait_for()
