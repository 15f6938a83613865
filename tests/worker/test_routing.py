"""Jobs for a GPU, through the queues: a real worker, real boxes, and the CPU in the place of the device.

The stand-in is declared to the worker (GRADER_GPU=stand-in), for no test machine needs a GPU; what only a real device
can show is in test_gpu.py.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.messages import Graded, Presence
from tests.serving import Worker, job
from web.doorbell import Doorbell

pytestmark = pytest.mark.service
DRESS = Path(__file__).parents[1] / "assignments/dress/two_layer_classifier"
RIGHT = next(path.read_text() for path in sorted(DRESS.glob("*.py")) if "earns: full" in path.read_text())


def until(look, wanted, seconds=30.0):
    """What a look finds, as soon as it is what is wanted."""
    end = time.monotonic() + seconds
    while (found := look()) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.fixture
def gpu(own):
    """A worker whose GPU is a stand-in; the site's end of the queues; and the site's doorbell."""
    settings, site = own
    settings = replace(settings, devices=("cpu", "gpu"), gpu=None)
    worker = Worker(settings)
    yield settings, site, worker
    worker.stop()


def test_a_job_for_a_gpu_is_graded_on_both_devices_and_the_report_shows_them(gpu):
    _, site, _ = gpu
    site.ask(job("s1", RIGHT, exercise="two_layer_classifier", device="gpu"))
    message = site.verdict()
    assert isinstance(message, Graded)
    report = message.report
    assert {finding.device for finding in report.findings} == {"cpu", "gpu"}
    assert (report.points, report.out_of) == (12, 12)
    assert [remark.text.en for remark in report.remarks if remark.code == "gpu"] == [
        "The checks for a GPU were run on one: stand-in."
    ]


def test_the_same_job_for_the_cpu_says_that_there_is_no_gpu_and_costs_nothing(gpu):
    _, site, _ = gpu
    site.ask(job("s1", RIGHT, exercise="two_layer_classifier"))
    report = site.verdict().report
    assert (report.points, report.out_of) == (11, 11)
    assert [finding.detail.en for finding in report.findings if finding.device == "gpu"] == [
        "not run: no GPU here; it costs nothing"
    ]


def test_the_site_knows_of_a_worker_with_a_gpu_while_it_lives(gpu):
    settings, _, worker = gpu
    bell = Doorbell(settings.redis_url or f"unix://{settings.home}/broker/socket")
    there = until(
        lambda: [(one.devices, one.gpu, one.slots) for one in bell.workers()], [(("cpu", "gpu"), "stand-in", 2)]
    )
    assert there == [(("cpu", "gpu"), "stand-in", 2)]
    assert isinstance(bell.workers()[0], Presence)
    worker.stop()
    assert bell.workers() == ()


def test_four_jobs_take_turns_on_the_one_device(gpu):
    _, site, _ = gpu
    site.ask(*[job(f"s{n}", RIGHT, exercise="two_layer_classifier", device="gpu") for n in range(4)])
    messages = site.verdicts(4)
    assert [m for m in messages if not isinstance(m, Graded)] == []
    assert [message.report.points for message in messages] == [12] * 4
