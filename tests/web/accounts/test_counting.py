"""Where attempts are counted: in a real Redis or Valkey that all processes share; in memory while there is none."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from tests.web.accounts.acts import sign_in
from web.application import create_app
from worker.broker import broker
from worker.settings import Settings as WorkerSettings

pytestmark = pytest.mark.service


def app(services, url):
    made = create_app(replace(services.settings, redis_url=url), services)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


def wrong(made) -> int:
    return sign_in(made.test_client(), password="wrong").status_code


def test_two_processes_count_together(services, tmp_path):
    with broker(WorkerSettings(home=tmp_path / "home")) as url:
        one, two = app(services, url), app(services, url)
        assert [wrong(one) for _ in range(5)] + [wrong(two) for _ in range(5)] == [401] * 10
        assert (wrong(one), wrong(two)) == (429, 429)


def test_without_redis_each_counts_for_itself_and_nobody_waits_long(services, tmp_path, caplog):
    made = app(services, f"unix://{tmp_path}/nobody")
    assert [wrong(made) for _ in range(11)] == [401] * 10 + [429]
    assert "falling back" in caplog.text


def test_a_redis_that_goes_away_closes_no_door(services, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    with broker(WorkerSettings(home=tmp_path / "home")) as url:
        made = app(services, url)
        assert wrong(made) == 401
    assert wrong(made) == 401
    assert sign_in(made.test_client()).status_code == 303


def test_no_email_is_kept_in_redis(services, tmp_path):
    from redis import Redis

    with broker(WorkerSettings(home=tmp_path / "home")) as url:
        wrong(app(services, url))
        client = Redis.from_url(url.replace("redis+socket:", "unix:"))
        names = b" ".join(client.keys("*"))
        client.close()
    assert b"LIMITS" in names.upper()
    assert b"ada" not in names
