"""The class over PostgreSQL: made, counted and shown the same as over SQLite."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.serving import postgresql, postgresql_url  # noqa: F401 - fixtures
from tests.web.conftest import Clock, with_people
from tests.web.overview.test_counting import both
from tests.web.overview.test_pages import CROWD, live_of
from web.crowd.making import Size, make
from web.database.schema import upgrade
from web.services import Services

pytestmark = pytest.mark.service


@pytest.fixture
def made(settings, postgresql_url, hashed_password):  # noqa: F811
    services = Services.of(replace(settings, database_url=postgresql_url), Clock())
    upgrade(services.database)
    make(services, Size(24, 400, 2, 3, exercises=6), hashed_password)
    yield services
    services.database.close()


@pytest.fixture
def over_postgresql(made, applications):
    return with_people(applications, made)


def plain(page: str) -> str:
    """Without what is another each time: submissions have the same names, but forms have tokens."""
    return re.sub(r'seen=[^"]+|name="csrf_token" value="[^"]+"', "", page)


def test_both_databases_show_the_same(crowd, made, applications):
    """One after the other: they take turns with one application."""
    pages = ("", "/exercises/affine_loss", "/exercises/affine_loss/students?show=stuck")
    over_sqlite = [main(crowd, page) for page in pages]
    other = with_people(applications, made)
    assert [main(other, page) for page in pages] == over_sqlite


def main(site, page: str) -> str:
    answer = site.client("grace").get(CROWD + page)
    assert answer.status_code == 200
    return plain(answer.text).partition("<main")[2]


def test_what_is_counted_is_what_is_told_there_too(over_postgresql):
    in_short, told = both(over_postgresql)
    assert {number: sorted(one) for number, one in in_short.items()} == {n: sorted(one) for n, one in told.items()}


def test_nothing_is_sent_where_nothing_is_new_there_too(over_postgresql):
    grace = over_postgresql.client("grace")
    for page in (CROWD, f"{CROWD}/exercises/affine_loss"):
        assert grace.get(live_of(grace.get(page))).status_code == 204
