"""The same interface over PostgreSQL, where it differs: no NUL in a text, and writers that do not wait for each other."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.web.api.conftest import CODE, HAND_IN, ROOT, Bell
from tests.web.conftest import Clock, populate
from web.database.models import Submission
from web.database.schema import upgrade
from web.services import Services

pytestmark = pytest.mark.service


@pytest.fixture
def services(settings, postgresql_url, hashed_password):
    made = Services.of(replace(settings, database_url=postgresql_url), Clock())
    upgrade(made.database)
    populate(made, hashed_password)
    yield replace(made, doorbell=Bell())
    made.database.close()


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/submissions/a%00b",
        f"{ROOT}/courses/a%00b/exercises",
        f"{ROOT}/courses/backprop/exercises/a%00b",
        f"{ROOT}/submissions?course=a%00b",
        f"{ROOT}/submissions?after=a%00b",
    ],
)
def test_a_nul_is_a_mistake_and_no_fault_of_ours(ada, path):
    answer = ada.get(path)
    assert answer.status_code in {400, 404, 422}
    assert answer.mimetype == "application/problem+json"


def test_a_nul_in_a_form_for_people_is_a_mistake_too(site):
    answer = site.client().post("/sign-in", data={"email": "a\0b@example.org", "password": "x" * 12})
    assert answer.status_code in {400, 401}


def test_of_many_that_race_with_one_key_one_hands_in(ada, site):
    start, answers = threading.Barrier(6), []

    def race():
        start.wait()
        answers.append(ada.post(HAND_IN, json=CODE, headers={"Idempotency-Key": "one"}))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    with site.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
