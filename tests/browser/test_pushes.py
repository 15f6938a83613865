"""The page of repositories in a browser: no barrier, nothing sideways, in both languages, light and dark."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.web.conftest import applications, hashed_password, populated, services, site  # noqa: F401
from tests.web.conftest import settings as plain_settings  # noqa: F401
from web.database.models import Course, Push
from web.pushes import linking
from web.pushes.hosts import ACTIONS, hosts_of, issuers_of

pytestmark = pytest.mark.browser

LOOKS = [(1280, "light", "en"), (390, "dark", "zh")]
PICTURES = os.environ.get("PICTURES", "")  # a folder for screenshots, for whoever wants to look
PAGE = "/courses/backprop/repositories"


@pytest.fixture
def settings(plain_settings):
    hosts = hosts_of("github.com, gitlab=https://git.example.edu")
    return replace(plain_settings, git_hosts=hosts, ci_issuers=issuers_of(ACTIONS))


@pytest.fixture
def linked(site):
    """One of Ada's for each way; pushes that were handed in, refused, and wait."""
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        ada, moment = site.people["ada"], site.clock()
        first = linking.link(session, course, ada, linking.Wish("github.com", "ada/homework"), moment, ada)
        linking.new_token(session, first, moment, ada, 30)
        wish = linking.Wish("git.example.edu", "course/2026/a-name-that-is-rather-long/ada", "product_gradient")
        second = linking.link(session, course, ada, wish, moment, ada)
        linking.new_hook(session, second, "key", moment, ada)
        session.flush()
        why = {"en": "The commit could not be fetched.", "zh": "无法获取这个 commit。"}
        for number, (state, words) in enumerate((("waiting", None), ("refused", why), ("done", None))):
            known = {"commit": str(number) * 40, "branch": f"feature/{'x' * 80}", "state": state, "words": words}
            session.add(Push(repository_id=second.id, tries=1, next_at=moment, created_at=moment, **known))


@pytest.fixture
def visiting(site, serve, open_page):
    """A page on which somebody of the course is signed in."""
    address = serve(site.app)

    def opened(name, **look):
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


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_the_page_of_repositories_has_no_barrier(site, visiting, axe, width, scheme, language):
    problems = []
    for who, path in (("ada", PAGE), ("ben", PAGE), ("grace", PAGE), ("grace", f"{PAGE}?student={site.people['ada']}")):
        page = visiting(who, width=width, scheme=scheme, language=language)
        assert page.goto(path).status == 200
        problems += look(page, axe, f"{who}{'-one' if '?' in path else ''}")
    assert problems == []


@pytest.mark.usefixtures("linked")
def test_a_repository_is_linked_gets_a_token_and_is_unlinked_by_clicks(visiting, axe):
    page = visiting("ben")
    page.goto(PAGE)
    page.get_by_label("Its address").fill("nonsense")
    page.get_by_role("button", name="Link", exact=True).click()
    page.locator("[role=alert]").wait_for()
    assert look(page, axe, "mistake") == []
    page.complaints.clear()  # the browser reports the status of the refusal
    page.get_by_label("Its address").fill("https://github.com/ben/homework")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("link", name="github.com/ben/homework").wait_for()
    page.get_by_text("With a token").click()
    page.get_by_role("button", name="New token").click()
    token = page.get_by_label("The new token").input_value()
    assert token.startswith("chainrule_repo_")
    assert look(page, axe, "token") == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(PAGE)
    page.get_by_role("button", name="Unlink").click()
    page.get_by_text("No repository is linked yet").wait_for()
