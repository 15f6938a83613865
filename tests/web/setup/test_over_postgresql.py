"""The set-up over PostgreSQL, where writers do not wait for each other by themselves."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.web.conftest import Clock, populate
from tests.web.setup.conftest import COURSE, PRODUCT, SETUP, TERMS, assignment, course, order
from tests.web.setup.test_consequences import graded, told
from tests.web.setup.test_roster import PLAIN, hidden
from web.database.models import Invitation
from web.database.schema import upgrade
from web.services import Services

pytestmark = pytest.mark.service


@pytest.fixture
def services(settings, postgresql_url, hashed_password):
    made = Services.of(replace(settings, database_url=postgresql_url), Clock())
    upgrade(made.database)
    populate(made, hashed_password)
    yield made
    made.database.close()


def at_once(site, path, forms) -> list[int]:
    """Each form from a browser of its own, all in the same moment."""
    start, answers = threading.Barrier(len(forms)), []

    def send(browser, form):
        start.wait()
        answers.append(browser.post(path, data=form).status_code)

    threads = [threading.Thread(target=send, args=(site.client("grace"), form)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_of_four_who_apply_one_roster_one_makes_the_links(site):
    page = site.client("grace").post(f"{SETUP}/roster", data={"text": PLAIN})
    answers = at_once(site, f"{SETUP}/roster/apply", [hidden(page)] * 4)
    assert answers == [201, 409, 409, 409]
    with site.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_of_four_who_add_one_exercise_it_is_set_once(site):
    chosen = [name for name in site.services.catalogue.sheets if name not in order(site)][:2]
    assert at_once(site, f"{SETUP}/exercises", [{"chosen": chosen}] * 4) == [303] * 4
    assert order(site)[3:] == chosen


def test_what_is_set_is_kept(site):
    grace = site.client("grace")
    assert grace.post(SETUP, data=COURSE | {"late_percent": "10", "late_days": "3"}).status_code == 303
    assert grace.post(PRODUCT, data=TERMS | {"limit": "limited", "attempts": "3"}).status_code == 303
    assert grace.post(f"{PRODUCT}/act", data={"act": "down"}).status_code == 303
    assert grace.post(f"{SETUP}/exercises/mlp_backward/act", data={"act": "remove"}).status_code == 303
    assert grace.get(f"{SETUP}/exercises").status_code == 200
    assert assignment(site).attempts == 3
    assert course(site).credit["late_days"] == 3
    assert order(site) == ["softmax_derivative", "product_gradient"]


def test_of_rules_that_change_at_once_students_are_told_one_after_the_other(site):
    graded(site, "ada")
    late = TERMS | {"deadline": "2026-11-21T11:00", "rules": "own", "late_days": "3"}
    answers = at_once(site, PRODUCT, [late | {"late_percent": str(percent)} for percent in (10, 20, 30, 40)])
    assert answers == [303] * 4
    said = told(site)
    assert [old for _, old, _ in said] == [6.0, *(new for _, _, new in said[:-1])]
    assert len(said) == 4
