"""The same over PostgreSQL, where several processes publish, look and note at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.api.conftest import Bell
from tests.web.conftest import Clock, populate
from tests.web.overview.test_published import OTHER, SAID, noted, tom  # noqa: F401 - a fixture
from tests.web.publishing.conftest import numbered, publish
from tests.web.publishing.test_announcing import Killed, breaks_off, present, publications
from tests.web.pushes.test_over_postgresql import at_once
from web.database.schema import upgrade
from web.publishing import announcing
from web.services import Services

pytestmark = pytest.mark.service


@pytest.fixture
def services(settings, postgresql_url, hashed_password):
    known = {"database_url": postgresql_url, "publish": True, "published": settings.home / "published"}
    made = Services.of(replace(settings, **known), Clock())
    upgrade(made.database)
    populate(made, hashed_password)
    yield replace(made, doorbell=Bell())
    made.database.close()


@pytest.fixture
def allowed(site):
    return site.services


def test_four_at_once_are_one_after_the_other(allowed, program):
    programs = [program("grace", "publish") for _ in range(4)]
    answers = at_once(lambda number: publish(programs[number], **numbered(number)))
    assert [answer.status_code for answer in answers] == [201] * 4
    rows = publications(allowed)
    assert [before for before, _, _ in rows[1:]] == [edition for _, edition, _ in rows[:-1]]
    assert (present(allowed), {state for *_, state in rows}) == (rows[-1][1], {"out"})


def test_what_was_broken_off_is_settled_once_by_several_who_look(allowed, grace, monkeypatch):
    mend = breaks_off(monkeypatch, before=True)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    mend()
    at_once(lambda _: announcing.settle(allowed))
    assert [state for *_, state in publications(allowed)] == ["lost"]


def test_a_note_that_is_sent_twice_is_one(site, tom, grace):  # noqa: F811 - the fixture
    publish(grace, **numbered(1))
    page = tom.get(OTHER).text
    assert SAID in page
    browsers = [site.client("tom") for _ in range(4)]
    assert [one.status_code for one in at_once(lambda number: noted(browsers[number], page))] == [303] * 4
    assert SAID not in tom.get(OTHER).text
