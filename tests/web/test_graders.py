"""Who grades: an exercise with checks for a GPU goes where one is, waits for no worker that is gone, and says when it runs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from grader.messages import Presence
from grader.plain import to_plain
from tests.web.conftest import source
from web.database.models import Assignment, Submission
from web.doorbell import _presence
from web.graders import NONE_HERE, choose_device, device_for, outlook, wants_gpu
from web.health.metrics import Work
from web.reconciler import Patience, reconcile
from web.services import NAME
from web.submissions import Upload, accept, place_in_queue

ON_GPU, ON_CPU = "two_layer_classifier", "product_gradient"
H200 = Presence(("cpu", "gpu"), 2, "NVIDIA H200", "580.95.05", "2.13.0+cu130")
PLAIN = Presence(("cpu",), 2)


class Bell:
    """The doorbell of a test, and the workers that live."""

    def __init__(self, *workers: Presence) -> None:
        self.living, self.rung, self.heard, self.lengths, self.asked = workers, [], True, {}, 0

    def ring(self, job, lane):
        self.rung.append(job)
        return self.heard

    def workers(self):
        self.asked += 1
        if not self.heard:
            raise ConnectionError
        return self.living

    def waiting(self, lane, device):
        return self.lengths.get((lane, device), 0)

    def unrecorded(self):
        return 0

    def answers(self):
        return self.heard


@pytest.fixture
def site(site):
    """Ada's course, in which the exercise with a check for a GPU is set too."""
    services = replace(site.services, doorbell=Bell(PLAIN, H200))
    with services.database.write() as session:
        first = session.scalar(select(Assignment).order_by(Assignment.id))
        first.exercise = ON_GPU
    return replace(site, services=services)


def hand_in(site):
    with site.services.database.read() as session:
        assignment = session.scalar(select(Assignment.id).where(Assignment.exercise == ON_GPU))
    return accept(site.services, site.people["ada"], assignment, Upload(source()))


def test_an_exercise_is_for_a_gpu_where_one_of_its_checks_is(site):
    catalogue = site.services.catalogue
    assert wants_gpu(catalogue[ON_GPU])
    assert not wants_gpu(catalogue[ON_CPU])


def test_work_for_a_gpu_goes_where_one_is(site):
    submission = hand_in(site)
    assert site.services.doorbell.rung[0].device == "gpu"
    with site.services.database.read() as session:
        assert session.get_one(Submission, submission.id).device == "gpu"


@pytest.mark.parametrize("workers", [(), (PLAIN,)])
def test_without_a_gpu_it_is_graded_on_the_cpu_at_once(site, workers):
    site.services.doorbell.living = workers
    hand_in(site)
    assert site.services.doorbell.rung[0].device == "cpu"


def test_where_nobody_can_tell_it_is_graded_on_the_cpu(site):
    site.services.doorbell.heard = False
    assert device_for(site.services, ON_GPU) == "cpu"


def test_an_exercise_without_such_checks_asks_nobody(site):
    assert device_for(site.services, ON_CPU) == "cpu"
    assert outlook(site.services, site.services.catalogue[ON_CPU]) is None
    assert site.services.doorbell.asked == 0


def test_who_waits_for_a_gpu_that_has_gone_is_graded_on_the_cpu_instead(site):
    """Its job lies in a queue that nobody empties; that explains no waiting."""
    submission = hand_in(site)
    bell = site.services.doorbell
    bell.lengths[submission.lane, "gpu"] = 1
    site.clock.advance(seconds=60)
    assert reconcile(site.services, Patience()) == 0  # the worker lives: one waits one's turn
    bell.living = (PLAIN,)
    assert reconcile(site.services, Patience()) == 1
    assert [(job.device, job.attempt) for job in bell.rung] == [("gpu", 0), ("cpu", 1)]
    with site.services.database.read() as session:
        assert session.get_one(Submission, submission.id).device == "cpu"


def test_the_queue_in_front_is_that_of_the_device(site):
    first, second = hand_in(site), hand_in(site)
    with site.services.database.read() as session:
        rows = [session.get_one(Submission, one.id) for one in (first, second)]
        assert rows[0].device == rows[1].device == "gpu"
        assert place_in_queue(session, rows[1]) in {0, 1}  # handed in at one moment, by a clock that stands still


def test_a_chosen_device_does_not_change_without_reason(site):
    submission = hand_in(site)
    choose_device(site.services, submission)
    assert submission.device == "gpu"


@pytest.mark.parametrize(
    ("length", "en", "zh"),
    [
        (0, "They run on NVIDIA H200; nobody waits for it now.", "在 NVIDIA H200 上运行；现在没有人在等待。"),
        (1, "They run on NVIDIA H200; 1 submission waits for it now.", "在 NVIDIA H200 上运行；现在有 1 份在等待。"),
        (3, "They run on NVIDIA H200; 3 submissions wait for it now.", "在 NVIDIA H200 上运行；现在有 3 份在等待。"),
    ],
)
def test_an_exercise_says_when_its_checks_for_a_gpu_run(site, length, en, zh):
    site.services.doorbell.lengths["students", "gpu"] = length
    found = outlook(site.services, site.services.catalogue[ON_GPU])
    assert (found.en, found.zh) == (en, zh)


def test_an_exercise_says_where_there_is_no_gpu_and_that_it_costs_nothing(site):
    site.services.doorbell.living = (PLAIN,)
    assert outlook(site.services, site.services.catalogue[ON_GPU]) == NONE_HERE


def test_the_numbers_tell_how_many_workers_have_a_gpu(site):
    families = {family.name: family for family in Work(site.services).collect()}
    counted = {sample.labels["device"]: sample.value for sample in families["chainrule_workers"].samples}
    assert counted == {"cpu": 2, "gpu": 1}


def test_what_a_worker_of_another_version_says_is_passed_over():
    assert _presence(json.dumps(to_plain(Presence, H200)).encode()) == H200
    assert _presence(b'{"devices": "gpu"}') is None
    assert _presence(b"\x00") is None


@pytest.mark.parametrize(
    ("workers", "words"),
    [((PLAIN,), "No GPU is here at the moment"), ((H200,), "They run on NVIDIA H200; nobody waits")],
)
def test_the_page_of_an_exercise_says_it_and_other_pages_say_nothing(site, workers, words):
    site.services.doorbell.living = workers
    site.app.extensions[NAME] = site.services
    page = site.client("ada").get(f"/courses/backprop/{ON_GPU}").text
    assert "Checks for a GPU" in page
    assert words in page
    assert "Checks for a GPU" not in site.client("ada").get("/courses/backprop/softmax_derivative").text
