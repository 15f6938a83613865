"""What tests of a course's set-up do over and over: forms as a browser sends them, and what students then read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select

from tests.web.conftest import source
from web.database.models import Assignment, Course
from web.submissions import Upload, accept

SETUP = "/courses/backprop/staff/setup"
PRODUCT = f"{SETUP}/exercises/product_gradient"
COURSE = {
    "title_en": "Backpropagation",
    "title_zh": "反向传播",
    "timezone": "UTC",
    "counts": "best",
    "shows_hidden": "deadline",
}
TERMS = {
    "state": "published",
    "opens_at": "",
    "deadline": "2026-11-28T12:00",
    "rules": "course",
    "limit": "any",
    "attempts": "",
    "attempts_hours": "",
    "shows_hidden": "course",
    "hidden_until": "",
}


@dataclass
class Staff:
    """Somebody at the pages of the set-up."""

    site: object
    browser: object

    def course(self, **fields):
        return self.browser.post(SETUP, data=COURSE | fields)

    def terms(self, exercise="product_gradient", **fields):
        return self.browser.post(f"{SETUP}/exercises/{exercise}", data=TERMS | fields)

    def act(self, act, exercise="product_gradient"):
        return self.browser.post(f"{SETUP}/exercises/{exercise}/act", data={"act": act})

    def post(self, path, **data):
        return self.browser.post(f"{SETUP}{path}", data=data)

    def read(self, path=""):
        return words(self.browser.get(f"{SETUP}{path}"))


@pytest.fixture
def grace(site) -> Staff:
    return Staff(site, site.client("grace"))


def hand_in(site, name="ada", exercise="product_gradient"):
    """Accepted, or Refused is raised."""
    return accept(site.services, site.people[name], site.assignments[exercise], Upload(source()))


def assignment(site, exercise="product_gradient") -> Assignment:
    with site.services.database.read() as session:
        return session.scalars(
            select(Assignment).join(Course).where(Course.slug == "backprop", Assignment.exercise == exercise)
        ).one()


def course(site, slug="backprop") -> Course:
    with site.services.database.read() as session:
        found = session.scalars(select(Course).where(Course.slug == slug)).one()
        _ = found.assignments
        return found


def order(site) -> list[str]:
    return [one.exercise for one in course(site).assignments]


def words(answer) -> str:
    """A page as one reads it, in one line."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def mistakes(answer) -> set[str]:
    """At which fields something has to be mended."""
    return set(re.findall(r'id="field-([^"]*)-error"', answer.get_data(as_text=True)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")
