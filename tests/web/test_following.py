"""One id follows a request through the logs of all parts, and the logs tell no secrets."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from grader.messages import Began, Fault, Finding, Graded, Progress, Report, Text
from grader.plain import to_plain
from tests.serving import Worker
from tests.web.conftest import RIGHT, source, with_broker
from web import logs
from web.database.models import Submission
from web.reconciler import Patience, reconcile
from web.recorder import record
from web.submissions import Upload, accept, job_of
from worker.broker import socket_path

WORDS = Text("agrees", "一致")


class Bell:
    """Remembers what was rung."""

    def __init__(self):
        self.rung = []

    def ring(self, job, lane):
        self.rung.append(job)
        return True

    def waiting(self, lane, device):
        return 0

    def unrecorded(self):
        return 0


@pytest.fixture
def services(services):
    return replace(services, doorbell=Bell())


@pytest.fixture
def lines(capsys):
    """What a part has logged since it was last asked, line by line."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.handlers[:], root.level = before, level
    structlog.contextvars.clear_contextvars()


def graded(job):
    finding = Finding("check", "f", WORDS, passed=True, points=1.0, out_of=1.0, public=True)
    report = Report(job.exercise, WORDS, job.edition, job.seed, (finding,))
    return Graded(job.submission, job.ticket, job.attempt, report)


def test_one_id_leads_from_the_request_through_the_job_to_the_grade(site, lines):
    logs.set_up("site")
    answer = site.client("ada").post("/courses/backprop/product_gradient", data={"code": RIGHT})
    request = answer.headers["X-Request-Id"]
    assert [line["request"] for line in lines() if line["event"] == "request"] == [request]
    (job,) = site.services.doorbell.rung
    assert job.request == request
    structlog.contextvars.clear_contextvars()
    logs.set_up("recorder")
    record(site.services, [Began(job.submission, job.ticket, 0), graded(job)])
    (line,) = [line for line in lines() if line["event"] == "recorded"]
    assert (line["request"], line["submission"], line["part"]) == (request, job.submission, "recorder")


def test_the_id_stays_when_a_job_is_sent_again(site, lines):
    row = accept(
        site.services, site.people["ada"], site.assignments["product_gradient"], Upload(source(), request_id="r1")
    )
    site.clock.advance(minutes=5)
    logs.set_up("reconciler")
    assert reconcile(site.services, Patience()) == 1
    assert [job.request for job in site.services.doorbell.rung] == ["r1", "r1"]
    (line,) = [line for line in lines() if line["event"] == "sent again"]
    assert (line["request"], line["submission"]) == ("r1", row.id)


def test_a_fault_is_logged_with_the_request_that_met_it(site, lines):
    row = accept(
        site.services, site.people["ada"], site.assignments["product_gradient"], Upload(source(), request_id="r1")
    )
    logs.set_up("recorder")
    record(site.services, [Fault(row.id, row.ticket, 0, "exercise", WORDS, "no such law")])
    assert [(line["request"], line["level"]) for line in lines()] == [("r1", "error")]


def test_the_logs_hold_neither_code_nor_seed_nor_ticket_nor_query(site, lines):
    logs.set_up("site")
    site.client("ada").post("/courses/backprop/product_gradient?token=hush", data={"code": RIGHT})
    (job,) = site.services.doorbell.rung
    record(site.services, [graded(job)])
    said = json.dumps(lines())
    for secret in ("product_backward", job.seed, job.ticket, "hush"):
        assert secret not in said


def test_an_error_of_the_database_does_not_quote_the_values(site):
    """They are students' programs and seeds, and errors are logged."""
    with pytest.raises(SQLAlchemyError) as error, site.services.database.read() as session:
        session.execute(text("SELECT * FROM nowhere WHERE seed = :seed"), {"seed": "5eed"})
    assert "5eed" not in str(error.value)


def test_progress_is_written_into_the_row_until_the_next_beginning(site):
    row = accept(site.services, site.people["ada"], site.assignments["product_gradient"], Upload(source()))

    def done():
        with site.services.database.read() as session:
            found = session.get_one(Submission, row.id)
            return found.checks_done, found.checks_of

    record(site.services, [Began(row.id, row.ticket, 0), Progress(row.id, row.ticket, 0, 2, 5)])
    assert done() == (2, 5)
    record(site.services, [Progress(row.id, "another ticket", 0, 4, 5)])
    assert done() == (2, 5)
    record(site.services, [Began(row.id, row.ticket, 0)])
    assert done() == (0, 0)


def test_a_job_on_its_way_carries_the_id_as_plain_data(site):
    row = accept(
        site.services, site.people["ada"], site.assignments["product_gradient"], Upload(source(), request_id="r1")
    )
    assert to_plain(type(job_of(row)), job_of(row))["request"] == "r1"


@pytest.mark.service
def test_the_worker_logs_under_the_same_id(site, own):
    """Through a real queue, and a worker that is a process of its own."""
    settings, end = own
    worker = Worker(settings)
    try:
        reached = with_broker(site.services, f"unix://{socket_path(settings)}")
        upload = Upload(source(), request_id="r1")
        row = accept(reached, site.people["ada"], site.assignments["product_gradient"], upload)
        verdict = end.verdict()
    finally:
        worker.stop()
    assert record(reached, [verdict]) == 1
    judged = [json.loads(line) for line in worker.log.read_text().splitlines() if '"judged"' in line]
    assert [(line["request"], line["submission"]) for line in judged] == [("r1", row.id)]
