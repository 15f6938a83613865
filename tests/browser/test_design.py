"""The frame, the pieces, statements and reports: no barrier, no sideways scrolling, and nothing the policy refuses."""

from __future__ import annotations

import pytest

from grader.calls import File
from grader.messages import Remark, Text
from tests.browser.gallery import gallery
from tests.web.test_report_page import report
from web.reports.page import page as standing_alone

pytestmark = pytest.mark.browser
LOOKS = [(1280, "light", "en"), (1280, "dark", "zh"), (390, "light", "zh"), (390, "dark", "en")]
CODE = "def f(x):\n    return x\n" + "y = 1\n" * 80


@pytest.fixture
def site(tmp_path, serve):
    shown = report(files=(File("ada.py", CODE),), remarks=(Remark("x", Text("look at $x$", "看 $x$"), "ada.py", 2),))
    return serve(gallery(tmp_path, {"ada": shown}))


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
@pytest.mark.parametrize("address", ["/gallery", "/problem", "/statement/mlp_backward", "/report/ada", "/sign-in"])
def test_no_page_has_a_barrier_or_scrolls_sideways(site, open_page, axe, address, width, scheme, language):
    page = open_page(width=width, scheme=scheme, language=language)
    page.goto(site + address)
    assert page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_the_page_that_stands_alone_has_no_barrier(tmp_path, open_page, axe, width, scheme, language):
    path = tmp_path / "report.html"
    path.write_text(standing_alone(report(files=(File("ada.py", CODE),)), language), encoding="utf-8")
    page = open_page(width=width, scheme=scheme)
    page.goto(path.as_uri())
    assert (paper(page) == DARK) == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []


def paper(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


DARK = "rgb(18, 23, 30)"


def test_a_chosen_theme_stays_and_comes_with_the_page_itself(site, page):
    page.goto(f"{site}/gallery")
    assert paper(page) != DARK
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark theme").click()
    assert paper(page) == DARK
    page.reload()
    assert paper(page) == DARK
    assert page.request.get(f"{site}/gallery").text().count('data-theme="dark"') == 1  # so nothing flashes


def test_theme_and_language_can_be_chosen_without_scripts(site, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{site}/statement/linear_loss")
    page.get_by_role("button", name="Dark theme").click()
    page.get_by_role("button", name="中文").click()
    assert page.url == f"{site}/statement/linear_loss"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("math").count() > 10


def test_katex_draws_every_formula_of_a_statement(site, page):
    page.goto(f"{site}/statement/mlp_backward")
    page.wait_for_selector("[data-drawn]")
    assert page.locator("[data-tex]").count() == page.locator("[data-tex] .katex").count() > 20
    assert page.locator(".katex-error").count() == 0


def test_the_first_tab_leads_past_the_header(site, page):
    page.goto(f"{site}/report/ada")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_is_wrong_with_a_form_is_said_first(site, page):
    page.goto(f"{site}/gallery")
    assert "The name is missing." in page.evaluate("document.activeElement.textContent")
    field = page.get_by_label("Name", exact=True)
    assert "Please give a name." in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()


def test_on_paper_a_report_is_unfolded_and_without_the_frame(site, page):
    page.goto(f"{site}/report/ada")
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.get_by_text("dx is 3, expected −1").last.is_visible()
