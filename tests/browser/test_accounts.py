"""The pages of accounts in a browser: no barrier, nothing sideways, in both languages, light and dark; and by keyboard."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import os
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from tests.web.conftest import PASSWORD, applications, hashed_password, populated, services, settings, site  # noqa: F401
from web.accounts.invitations import Terms, make
from web.accounts.keys import reset_link
from web.database.models import Course

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light", "en"), (390, "dark", "zh")]
PICTURES = os.environ.get("PICTURES", "")  # a folder for screenshots, for whoever wants to look


@pytest.fixture
def address(site, serve) -> str:
    return serve(site.app)


def invitation(site) -> str:
    with site.services.database.write() as session:
        course = session.scalar(select(Course).where(Course.slug == "backprop"))
        return make(session, course, Terms("student", uses=30), site.people["grace"], site.clock())


def look(page, axe, name: str) -> list[str]:
    """What is wrong with the page that is open."""
    if PICTURES:
        width = page.viewport_size["width"]
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{name}: {found}" for found in axe(page)] + ([f"{name}: {sideways} px sideways"] if sideways > 0 else [])


def sign_in(page, address, who="grace", password=PASSWORD):
    page.goto(f"{address}/sign-in")
    page.fill("#field-email", f"{who}@example.org")
    page.fill("#field-password", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_on_the_way_in_has_a_barrier(site, address, open_page, axe, width, scheme, language):
    page, problems = open_page(width=width, scheme=scheme, language=language), []
    page.goto(f"{address}/sign-in")
    problems += look(page, axe, "sign-in")
    sign_in(page, address, password="wrong password")
    problems += look(page, axe, "sign-in-refused")
    page.goto(f"{address}/join/{invitation(site)}")
    problems += look(page, axe, "join")
    page.evaluate("document.querySelector('main form').noValidate = true")
    with page.expect_navigation():
        page.click("main form button")
    problems += look(page, axe, "join-refused")
    page.goto(f"{address}/join/nonsense")
    problems += look(page, axe, "join-unusable")
    with site.services.database.write() as session:
        token = reset_link(session, site.people["ada"], site.clock())
    page.goto(f"{address}/reset/{token}")
    problems += look(page, axe, "reset")
    page.complaints = [one for one in page.complaints if "the server responded with a status of 4" not in one]
    assert problems == []


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_no_page_of_an_account_has_a_barrier(site, address, open_page, axe, width, scheme, language):
    page, problems = open_page(width=width, scheme=scheme, language=language), []
    sign_in(page, address)
    for name, path in {
        "account": "/account",
        "tokens": "/account/tokens",
        "confirm": "/account/confirm",
        "people": "/courses/backprop/staff/people",
        "enrol": "/account/second-factor",
    }.items():
        page.goto(address + path)
        problems += look(page, axe, name)
    secret = page.inner_text("ol code").replace(" ", "")
    page.fill("#field-code", pyotp.TOTP(secret).at(int(site.clock().timestamp())))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    problems += look(page, axe, "recovery-codes")
    page.goto(f"{address}/account/second-factor")
    problems += look(page, axe, "second-factor")
    page.goto(f"{address}/account/tokens")
    page.fill("#field-name", "laptop")
    with page.expect_navigation():  # else the old page may be looked at while it goes
        page.click("main form[action='/account/tokens'] button")
    problems += look(page, axe, "token-made")
    page.goto(f"{address}/courses/backprop/staff/people")
    with page.expect_navigation():
        page.click("form[action$='/invitations'] button")
    problems += look(page, axe, "invitation-made")
    page.context.clear_cookies()
    sign_in(page, address)
    problems += look(page, axe, "second-step")
    assert problems == []


def test_the_picture_of_the_secret_is_drawn(address, page):
    """The policy allows images from data: addresses, and this one is an image."""
    sign_in(page, address)
    page.goto(f"{address}/account/second-factor")
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100
