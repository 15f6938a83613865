"""An edition is published while a hundred submissions wait: each is judged by the one that it was handed in for."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest
from sqlalchemy import select

from grader.editions import Editions
from tests.chaos.test_service import House
from tests.serving import RIGHT
from tests.web.conftest import populate
from tests.web.publishing.conftest import CHINESE, NAME_OF, changed
from web.database.models import Grade
from web.database.schema import upgrade
from web.publishing import announcing
from web.services import Services

pytestmark = pytest.mark.service

GRACE = 3


@pytest.fixture
def house(tmp_path, settings, hashed_password):
    places = {"home": tmp_path, "redis_url": f"unix://{tmp_path}/broker/socket", "published": tmp_path / "published"}
    made = Services.of(replace(settings, **places))
    upgrade(made.database)
    populate(made, hashed_password)
    made_house = House(tmp_path, made)
    yield made_house
    made_house.close()


def publish(services, number: int) -> str:
    """As the site does it: the first check is worth a point more."""
    files = {f"{NAME_OF}.py": changed() + f"\n# edition {number}\n", f"zh/{NAME_OF}.toml": CHINESE}
    with Editions(services.settings.published).drafted(NAME_OF, files, lambda _: None) as draft:
        announcing.publish(services, draft, services.catalogue[NAME_OF].edition, GRACE)
        return draft.sheet.edition


def test_each_is_judged_by_the_edition_that_it_was_handed_in_for(house):
    """The worker stands still meanwhile, and is killed once while it works off what waits."""
    installed = house.services.catalogue[NAME_OF].edition
    house.worker.signal(signal.SIGSTOP)
    waiting = [house.hand_in(100, RIGHT)]
    editions = [installed]
    for number in (1, 2):
        editions.append(publish(house.services, number))
        waiting.append(house.hand_in(10, RIGHT))
    house.worker.signal(signal.SIGCONT)
    house.settled(waiting[0][:5])
    house.worker.kill()
    house.start_worker()
    points = [house.settled(some) for some in waiting]
    assert [set(some) for some in points] == [{6}, {7}, {7}]
    with house.services.database.read() as session:
        by = {row.submission_id: row.edition for row in session.execute(select(Grade.submission_id, Grade.edition))}
    assert [{by[one.id] for one in some} for some in waiting] == [{edition} for edition in editions]
