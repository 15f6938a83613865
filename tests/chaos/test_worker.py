"""The worker and the broker are killed at every moment: what is sent again is graded again, and nothing of a box is left."""

from __future__ import annotations

import os
import queue
import signal
import time

import pytest

from grader.messages import Began
from tests.serving import SLOW, WRONG, Site, Worker, gone, job, plain_report
from worker.broker import answering, broker, socket_path, url_of
from worker.settings import Settings

pytestmark = pytest.mark.service


def test_a_worker_killed_in_the_middle_leaves_nothing_of_the_box(own):
    settings, site = own
    worker = Worker(settings)
    site.ask(job("s1", SLOW))
    assert isinstance(site.message(), Began)
    time.sleep(0.5)  # the student's file sleeps in its box now
    family = worker.family()
    worker.kill()
    assert len(family) > 4  # launchers, warm processes, boxes
    assert gone(family)


def test_what_a_killed_worker_had_taken_comes_back_when_it_is_sent_again(own):
    """A taken message is lost on purpose: the site counts how often it sends again, the queue would not."""
    settings, site = own
    jobs = [job(f"s{n}", WRONG if n % 2 else SLOW, ticket="first") for n in range(4)]
    found = {}
    for delay in (0.0, 0.6, 1.5):
        worker = Worker(settings)
        site.ask(*jobs)
        assert isinstance(site.message(), Began)
        time.sleep(delay)
        worker.kill()
    worker = Worker(settings)
    again = [job(f"s{n}", WRONG if n % 2 else SLOW, ticket="second") for n in range(4)]
    site.ask(*again)
    while len(found) < 4:
        message = site.verdict()
        if message.ticket == "second":
            found[message.submission] = plain_report(message)
    worker.stop()
    assert [found[f"s{n}"].points for n in range(4)] == [6, 0, 6, 0]
    with pytest.raises(queue.Empty):
        site.verdict(patience=2.0)  # what the killed had taken under the first ticket does not come out of hiding


def test_a_broker_that_is_killed_and_comes_back_finds_the_worker_ready(tmp_path):
    """The worker holds its report meanwhile, and sends it when somebody listens."""
    settings = Settings(slots=2, memory=256 << 20, home=tmp_path)
    worker = None
    try:
        with broker(settings):
            worker = Worker(settings)
            site = Site(settings, url_of(settings))
            site.ask(job("s1", SLOW))
            assert isinstance(site.message(), Began)
            site.close()
            os.kill(answering(socket_path(settings)), signal.SIGKILL)
        time.sleep(4)  # longer than the student's file takes
        with broker(settings):
            site = Site(settings, url_of(settings))
            assert plain_report(site.verdict()).points == 6
            site.ask(job("s2"))
            assert site.verdict().submission == "s2"
            site.close()
            worker.stop()
    finally:
        if worker:
            worker.kill()


def test_a_worker_stopped_and_resumed_goes_on(own):
    settings, site = own
    worker = Worker(settings)
    site.ask(job("s1", SLOW))
    assert isinstance(site.message(), Began)
    worker.signal(signal.SIGSTOP)
    time.sleep(1)
    worker.signal(signal.SIGCONT)
    assert site.verdict().submission == "s1"
    site.ask(job("s2"))
    assert plain_report(site.verdict()).points == 6
    worker.stop()
