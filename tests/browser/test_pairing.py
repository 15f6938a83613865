"""A terminal is signed in with a browser: no barrier on its pages, and by keyboard alone."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import pytest

from tests.browser.test_accounts import LOOKS, address, look, sign_in  # noqa: F401 - a fixture
from tests.web.accounts.test_pairing import Terminal
from tests.web.conftest import applications, hashed_password, populated, services, settings, site  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_on_the_way_has_a_barrier(site, address, open_page, axe, width, scheme, language):
    page, problems = open_page(width=width, scheme=scheme, language=language), []
    sign_in(page, address, "ada")
    page.goto(f"{address}/device")
    problems += look(page, axe, "device")
    page.goto(f"{address}/device?code=BCDF-2345")
    problems += look(page, axe, "device-unknown")
    page.complaints.clear()  # chromium tells of every answer that is no page
    page.goto(f"{address}/device?code={Terminal(site, 'x' * 80).code}")
    problems += look(page, axe, "device-confirm")
    assert problems == []


def test_a_code_is_typed_and_confirmed_by_keyboard(site, address, open_page):
    page, terminal = open_page(), Terminal(site)
    sign_in(page, address, "ada")
    page.goto(f"{address}/device")
    page.keyboard.type(terminal.code.lower())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert terminal.code in page.inner_text("main")
    page.focus("button[value=confirm]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "access_token" in terminal.ask()
