"""Every part of the service is killed at every moment: what was accepted is graded, once, as it would have been."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from grader.messages import queue_of
from tests.serving import RIGHT, WRONG, Worker, gone, postgresql_server
from tests.web.conftest import populate, source
from web.database.models import Assignment, Grade, Submission
from web.database.schema import upgrade
from web.reconciler import Patience, watch
from web.services import Services
from web.submissions import Upload, accept, job_of
from worker.broker import answering
from worker.settings import Settings as WorkerSettings

pytestmark = pytest.mark.service

ROOT = Path(__file__).parents[2]
ADA, BEN = 1, 2
SLOW = f"import time\ntime.sleep(1)\n{RIGHT}"
SECONDS = 60  # in which all must be well again


class House:
    """Broker, worker and recorder as processes, two reconcilers as threads, and the site's side here."""

    def __init__(self, home: Path, services: Services) -> None:
        self.home, self.services = home, services
        self.stopped = threading.Event()
        self.broker = self.recorder = self.worker = None
        self.threads = [threading.Thread(target=self.reconcile) for _ in range(2)]
        self.start_broker()
        self.start_recorder()
        self.start_worker()
        for thread in self.threads:
            thread.start()

    def reconcile(self) -> None:
        watch(self.services, self.stopped, Patience(untaken=2, unanswered=6), every=0.3)

    def start_broker(self) -> None:
        self.broker = subprocess.Popen([sys.executable, "-m", "worker.broker", str(self.home)])
        while answering(self.home / "broker" / "socket") != self.broker.pid:
            assert self.broker.poll() is None
            time.sleep(0.02)

    def start_recorder(self) -> None:
        surroundings = {**os.environ, **self.environment(), "DATABASE_URL": self.services.settings.database_url}
        with (self.home / "recorder.log").open("ab") as log:
            self.recorder = subprocess.Popen([sys.executable, "-m", "web.recorder"], env=surroundings, stderr=log)

    def environment(self) -> dict[str, str]:
        return {"GRADER_HOME": str(self.home), "REDIS_URL": self.services.settings.redis_url}

    def start_worker(self) -> None:
        url = self.services.settings.redis_url
        self.worker = Worker(WorkerSettings(slots=2, memory=256 << 20, home=self.home, redis_url=url))

    def close(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        family = self.worker.family()
        self.worker.stop()
        for process in (self.recorder, self.broker):
            process.terminate()
            process.wait(20)
        self.services.database.close()
        assert gone(family), "a box was left"

    def hand_in(self, count: int, *sources: str) -> list[Submission]:
        """One submission after the other, of Ada and Ben in turn."""
        with self.services.database.read() as session:
            assignment = session.scalar(select(Assignment.id).order_by(Assignment.id))
        texts = [sources[n % len(sources)] for n in range(count)]
        return [
            accept(self.services, (ADA, BEN)[n % 2], assignment, Upload(source(text))) for n, text in enumerate(texts)
        ]

    def settled(self, submissions: list[Submission]) -> list[float]:
        """The one score of each, in order, once all have one; a second one would be an error."""
        ids, end = [one.id for one in submissions], time.monotonic() + SECONDS
        while (left := self.waiting(ids)) and time.monotonic() < end:
            time.sleep(0.1)
        assert left == 0, f"{left} of {len(ids)} still wait"
        with self.services.database.read() as session:
            rows = session.execute(select(Grade.submission_id, Grade.points).where(Grade.submission_id.in_(ids))).all()
        assert len(rows) == len(set(ids)), "accepted and graded differ"
        scores = dict(tuple(row) for row in rows)
        return [scores[one] for one in ids]

    def waiting(self, ids: list[str]) -> int:
        with contextlib.suppress(Exception), self.services.database.read() as session:  # the database may be away
            found = select(func.count()).where(Submission.id.in_(ids), Submission.state == "waiting")
            return session.scalar(found) or 0
        return len(ids)


@pytest.fixture
def house(tmp_path, settings, hashed_password):
    made = Services.of(replace(settings, home=tmp_path, redis_url=f"unix://{tmp_path}/broker/socket"))
    upgrade(made.database)
    populate(made, hashed_password)
    made_house = House(tmp_path, made)
    yield made_house
    made_house.close()


def test_a_worker_killed_again_and_again_loses_nothing(house):
    """Between taking and judging, while judging, between judging and telling: the moments are spread over all of it."""
    accepted = house.hand_in(12, RIGHT, WRONG, SLOW)
    for delay in (0.2, 1.7, 3.1):
        time.sleep(delay)
        family = house.worker.family()
        house.worker.kill()
        assert gone(family)
        house.start_worker()
    assert house.settled(accepted) == [6, 0, 6] * 4


def test_a_recorder_killed_again_and_again_loses_nothing(house):
    accepted = house.hand_in(30, RIGHT, WRONG)
    for delay in (0.3, 0.1, 0.5):
        time.sleep(delay)
        house.recorder.kill()
        house.recorder.wait()
        house.start_recorder()
    assert house.settled(accepted) == [6, 0] * 15


@pytest.mark.parametrize("keeps_its_file", [True, False])
def test_a_broker_that_is_killed_loses_nothing(house, keeps_its_file):
    """With its append-only file and without it; what is handed in while it is away is accepted and graded later."""
    accepted = house.hand_in(10, RIGHT, SLOW)
    house.broker.kill()
    house.broker.wait()
    accepted += house.hand_in(4, RIGHT)
    if not keeps_its_file:
        shutil.rmtree(house.home / "broker")
    house.start_broker()
    assert house.settled(accepted) == [6] * 14


def test_a_broker_that_forgets_everything_loses_nothing(house):
    accepted = house.hand_in(12, RIGHT, WRONG)
    with house.services.doorbell.connection() as connection:
        connection.default_channel.client.flushall()
    assert house.settled(accepted) == [6, 0] * 6


def test_a_site_killed_between_commit_and_sending_loses_nothing(house):
    """The row is the truth: the reconciler finds what nobody was told of."""
    program = """
import json, os, signal, sys
from pathlib import Path
from tests.web.conftest import source
from web.services import Services
from web.settings import Settings
from web.submissions import Upload, accept
from sqlalchemy import select
from web.database.models import Assignment

class Killing:
    def ring(self, job, lane):
        print(job.submission, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(**{**json.loads(sys.argv[1]), "home": Path("."), "exercises": Path(sys.argv[2])})
services = Services.of(settings)
services = type(services)(settings, services.database, Killing(), services.catalogue)
with services.database.read() as session:
    assignment = session.scalar(select(Assignment.id).order_by(Assignment.id))
accept(services, 1, assignment, Upload(source()))
"""
    known = {name: getattr(house.services.settings, name) for name in ("database_url", "redis_url", "secret_key")}
    command = [sys.executable, "-c", program, json.dumps(known), str(house.services.settings.exercises)]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with house.services.database.read() as session:
        accepted = session.get_one(Submission, killed.stdout.strip())
    assert house.settled([accepted]) == [6]


def test_a_worker_that_sleeps_past_its_time_and_wakes_changes_nothing(house):
    """Its work is done by another; what it says when it wakes is too late."""
    accepted = house.hand_in(4, SLOW)
    time.sleep(2.0)
    sleeper = house.worker
    sleeper.signal(signal.SIGSTOP)
    house.start_worker()
    try:
        assert house.settled(accepted) == [6] * 4
    finally:
        sleeper.signal(signal.SIGCONT)
    time.sleep(1.0)
    sleeper.stop()
    assert house.settled(accepted) == [6] * 4


def test_jobs_and_reports_that_come_ten_times_are_graded_once(house):
    (submission,) = house.hand_in(1, RIGHT)
    with house.services.database.read() as session:
        job = job_of(session.get_one(Submission, submission.id))
    for _ in range(10):
        house.services.doorbell.ring(job, "students")
    assert house.settled([submission]) == [6]
    with house.services.doorbell.connection() as connection:  # and the queue runs empty
        end = time.monotonic() + SECONDS
        while connection.default_channel.client.llen(queue_of("students", "cpu")) and time.monotonic() < end:
            time.sleep(0.1)
    assert house.settled([submission]) == [6]


def test_a_deployment_under_load_loses_nothing(house):
    """SIGTERM, as a deployment sends it, to recorder and worker, while submissions come in."""
    accepted = house.hand_in(8, RIGHT, WRONG)
    house.recorder.terminate()
    house.worker.stop()
    accepted += house.hand_in(8, RIGHT, WRONG)
    house.recorder.wait(20)
    house.start_recorder()
    house.start_worker()
    assert house.settled(accepted) == [6, 0] * 8


def test_a_database_that_is_killed_under_load_loses_nothing(tmp_path, settings, hashed_password):
    """PostgreSQL dies with all connections open; what was accepted before is graded when it is back."""
    with postgresql_server() as server:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        known = replace(settings, home=tmp_path, redis_url=f"unix://{tmp_path}/broker/socket", database_url=url)
        made = Services.of(known)
        upgrade(made.database)
        populate(made, hashed_password)
        with contextlib.closing(House(tmp_path, made)) as house:
            accepted = house.hand_in(12, RIGHT, SLOW)
            os.kill(server.get_pid(), signal.SIGQUIT)  # at once, without tidying up: it starts with a recovery
            while (server.pgdata / "postmaster.pid").exists():
                time.sleep(0.05)
            server.ensure_postgres_running()
            assert house.settled(accepted) == [6] * 12
