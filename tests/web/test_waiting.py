"""Who waits for a grade is woken by it, and looks by itself where the word was lost."""

from __future__ import annotations

import threading
import time
from contextlib import closing

import pytest
import redis

from tests.web.conftest import source
from web.bulletin import CHANNEL, Bulletin, announce
from web.database.models import Submission
from web.submissions import Upload, accept
from web.waiting import EVERY, Seats
from worker.broker import broker
from worker.settings import Settings as WorkerSettings


@pytest.fixture
def submission(site):
    return accept(site.services, site.people["ada"], site.assignments["product_gradient"], Upload(source())).id


def settle(services, submission):
    with services.database.write() as session:
        session.get_one(Submission, submission).state = "graded"


def test_a_word_that_is_lost_delays_nobody_for_long(services, submission):
    threading.Timer(0.1, settle, (services, submission)).start()
    began = time.monotonic()
    Seats(Bulletin("memory://")).wait_for(services, submission, 5.0, "page")
    assert 0.1 <= time.monotonic() - began < 0.1 + 4 * EVERY


def test_where_no_seat_is_free_one_is_answered_at_once(services, submission):
    began = time.monotonic()
    Seats(Bulletin("memory://"), {"page": 0, "program": 1}).wait_for(services, submission, 5.0, "page")
    assert time.monotonic() - began < 1.0


def test_after_its_time_a_request_waits_no_longer(services, submission):
    began = time.monotonic()
    Seats(Bulletin("memory://")).wait_for(services, submission, 0.1, "program")
    assert 0.1 <= time.monotonic() - began < 2.0


@pytest.fixture
def queue(tmp_path):
    settings = WorkerSettings(home=tmp_path)
    with broker(settings):
        yield f"unix://{tmp_path}/broker/socket"


@pytest.mark.service
def test_a_word_wakes_those_who_wait_for_it_and_nobody_else(queue):
    bulletin = Bulletin(queue)
    with (
        closing(redis.Redis.from_url(queue)) as client,
        bulletin.expecting("s1") as mine,
        bulletin.expecting("s2") as other,
    ):
        while not dict(client.pubsub_numsub(CHANNEL))[CHANNEL.encode()]:
            time.sleep(0.01)
        announce(client, ["s1", "s3"])
        assert mine.wait(5)
        assert not other.is_set()


@pytest.mark.service
def test_saying_it_to_a_redis_that_is_away_harms_nobody(tmp_path):
    with closing(redis.Redis.from_url(f"unix://{tmp_path}/nobody")) as client:
        announce(client, ["s1"])
