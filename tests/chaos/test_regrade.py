"""A regrade under fire: every part is killed in the middle, students hand in meanwhile, and each is graded exactly once."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.chaos.test_service import SECONDS, SLOW, House, house  # noqa: F401 - a fixture
from tests.serving import RIGHT, WRONG, gone
from web.database.models import Assignment, Grade, Regrade, ScoreChange, Shadow, Submission
from web.regrading import beginning, settling
from web.regrading.beginning import Refused

pytestmark = pytest.mark.service

GRACE = 3
WHY = "The tolerance was too tight."
COUNT = 24
SLOTS = 2  # of the house's worker: so many are under way


class Regrading:
    """A regrade in a house, begun and fed by its reconcilers."""

    def __init__(self, house: House, *, new_seeds: bool = True) -> None:  # noqa: F811
        self.house, self.services = house, house.services
        with self.services.database.read() as session:
            self.assignment = session.scalar(select(Assignment.id).order_by(Assignment.id))
        self.number = beginning.begin(self.services, self.assignment, GRACE, new_seeds=new_seeds, why=WHY)

    def state(self) -> str:
        with self.services.database.read() as session:
            return session.get_one(Regrade, self.number).state

    def done(self) -> int:
        with self.services.database.read() as session:
            found = select(func.count()).where(Shadow.regrade_id == self.number, Shadow.state != "waiting")
            return session.scalar(found) or 0

    def wait(self, until: int | None = None, seconds: float = SECONDS) -> None:
        """Until so many are done, or it is ready."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.done() >= until if until else self.state() == "ready":
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.done()} done, {self.state()}")

    def points(self) -> list[float]:
        """The one new grade of each, in order; nothing of it is shown, and nobody was told anything."""
        with self.services.database.read() as session:
            shadows = session.execute(
                select(Shadow.submission_id, Shadow.state, Grade.points, Grade.published_at)
                .outerjoin(Grade, Grade.id == Shadow.grade_id)
                .where(Shadow.regrade_id == self.number)
                .order_by(Shadow.id)
            ).all()
            ids = [row.submission_id for row in shadows]
            grades = session.execute(
                select(Grade.submission_id, func.count())
                .where(Grade.submission_id.in_(ids))
                .group_by(Grade.submission_id)
            ).all()
            shown = session.execute(
                select(Submission.state, Grade.ticket, Submission.ticket)
                .join(Grade, Grade.id == Submission.grade_id)
                .where(Submission.id.in_(ids))
            ).all()
            assert session.scalar(select(func.count()).select_from(ScoreChange)) == 0
        assert {row.state for row in shadows} == {"graded"}
        assert {row.published_at for row in shadows} == {None}
        assert {count for _, count in grades} == {2}, "one that was shown, and one of the regrade"
        assert all(state == "graded" and one == other for state, one, other in shown)
        return [row.points for row in shadows]


@pytest.fixture
def regrading(house):  # noqa: F811
    """Two dozen that are graded, and a regrade of them that has just begun."""
    assert house.settled(house.hand_in(COUNT, RIGHT, WRONG, SLOW)) == [6, 0, 6] * (COUNT // 3)
    return Regrading(house)


def test_students_hand_in_meanwhile_and_all_is_graded_once(regrading):
    accepted = []
    while regrading.state() == "running":
        accepted += regrading.house.hand_in(1, RIGHT)
        time.sleep(0.2)
    assert regrading.house.settled(accepted) == [6] * len(accepted)
    assert regrading.points() == [6, 0, 6] * (COUNT // 3)


def test_workers_recorder_and_broker_killed_in_the_middle_lose_and_double_nothing(regrading):
    house = regrading.house  # noqa: F811
    regrading.wait(until=3)
    family = house.worker.family()
    house.worker.kill()
    assert gone(family)
    house.recorder.kill()
    house.recorder.wait()
    house.start_worker()
    house.start_recorder()
    regrading.wait(until=8)
    house.broker.kill()
    house.broker.wait()
    house.start_broker()
    regrading.wait(until=12)
    house.recorder.kill()
    house.recorder.wait()
    house.start_recorder()
    regrading.wait()
    assert regrading.points() == [6, 0, 6] * (COUNT // 3)


def test_a_broker_that_forgets_everything_loses_nothing_of_it(regrading):
    regrading.wait(until=2)
    with regrading.services.doorbell.connection() as connection:
        connection.default_channel.client.flushall()
    regrading.wait()
    assert regrading.points() == [6, 0, 6] * (COUNT // 3)


def test_a_reconciler_killed_again_and_again_feeds_all_of_it(house):  # noqa: F811
    """A process of its own, killed at any moment, also between taking and sending; nobody else feeds."""
    assert house.settled(house.hand_in(COUNT, RIGHT, WRONG)) == [6, 0] * (COUNT // 2)
    house.stopped.set()
    for thread in house.threads:
        thread.join()
    regrading = Regrading(house)
    surroundings = {**os.environ, **house.environment(), "DATABASE_URL": house.services.settings.database_url}
    for delay in (1.2, 2.6, 3.4, None):
        process = subprocess.Popen([sys.executable, "-m", "web.reconciler"], env=surroundings)
        if delay is None:
            regrading.wait()
        else:
            time.sleep(delay)
        process.kill()
        process.wait()
    assert regrading.points() == [6, 0] * (COUNT // 2)


def test_thrown_away_in_the_middle_it_leaves_nothing_and_another_may_begin(regrading):
    regrading.wait(until=3)
    settling.discard(regrading.services, regrading.number, GRACE)
    again = Regrading(regrading.house)
    again.wait()
    with pytest.raises(Refused, match="thrown away"):
        settling.publish(regrading.services, regrading.number, GRACE, why=WHY)
    assert settling.publish(again.services, again.number, GRACE, why=WHY).moved == COUNT


def test_a_student_does_not_wait_for_a_regrade(house):  # noqa: F811
    """What is under way is finished; of all that waits in the queue, nothing goes before a student."""
    assert house.settled(house.hand_in(60, RIGHT)) == [6] * 60

    def one() -> tuple[str, datetime, float]:
        started = time.monotonic()
        submission, sent = house.hand_in(1, RIGHT)[0], datetime.now(UTC)
        while house.waiting([submission.id]):
            time.sleep(0.01)
        return submission.id, sent, time.monotonic() - started

    alone = [one() for _ in range(15)]
    regrading, during = Regrading(house), []
    regrading.wait(until=1)
    while regrading.state() == "running" and len(during) < 15:
        during.append(one())
    regrading.wait()
    before, after = ([seconds * 1e3 for _, _, seconds in times] for times in (alone, during))
    told(
        f"a student alone → during a regrade, ms: p50 {statistics.median(before):.0f} → {statistics.median(after):.0f}"
    )
    told(f"p95 {statistics.quantiles(before, n=20)[-1]:.0f} → {statistics.quantiles(after, n=20)[-1]:.0f}")
    lines = [json.loads(line) for line in house.worker.log.read_text().splitlines() if line.startswith("{")]
    judged = [line for line in lines if line["event"] == "judged"]
    assert max(overtaken(judged, submission, sent) for submission, sent, _ in during) <= 3 * SLOTS


def overtaken(judged: list[dict[str, str]], submission: str, sent: datetime) -> int:
    """How many of a regrade the worker judged while a student waited for it; recording takes them in the same order."""
    own = next(line["time"] for line in judged if line["submission"] == submission)
    between = [line for line in judged if sent.isoformat() < line["time"] <= own]
    return sum(line["request"].startswith("regrade") for line in between)


@pytest.mark.slow
def test_hundreds_are_graded_again_as_fast_as_the_judge_can(house):  # noqa: F811
    """The rate of a large regrade beside that of the same workers when students hand in as many at once."""
    accepted = house.hand_in(2, RIGHT, WRONG)
    wait_until(lambda: not house.waiting([one.id for one in accepted]), 60)  # the workers are there, and warm
    started = time.monotonic()
    accepted = house.hand_in(60, RIGHT, WRONG)
    wait_until(lambda: not house.waiting([one.id for one in accepted]), 300)
    judge = len(accepted) / (time.monotonic() - started)
    copy_graded(house, accepted, 240)  # four of each
    count = 2 + 60 + 240
    regrading = Regrading(house)
    started = time.monotonic()
    regrading.wait(seconds=900)
    rate = count / (time.monotonic() - started)
    told(f"{count} graded again: {rate:.1f} a second; 60 handed in by students: {judge:.1f} a second")
    assert sorted(regrading.points()) == [0] * (count // 2) + [6] * (count // 2)
    assert rate > judge * 0.5  # the machine may have become busier meanwhile
    started = time.monotonic()
    assert settling.publish(regrading.services, regrading.number, GRACE, why=WHY).moved == count
    told(f"published in {time.monotonic() - started:.2f} s")


def told(words: str) -> None:
    print(words)  # noqa: T201 - with pytest -s


def wait_until(true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def copy_graded(house: House, graded: list[Submission], count: int) -> None:  # noqa: F811
    """More of the same, as rows: handing them in would take as long again."""
    plain = {column.key for column in Submission.__mapper__.column_attrs}
    with house.services.database.write() as session:
        rows = list(session.scalars(select(Submission).where(Submission.id.in_([one.id for one in graded]))))
        for number in range(count):
            row = rows[number % len(rows)]
            values = {name: getattr(row, name) for name in plain}
            ours = {"id": f"copy-{number:04}", "ticket": f"{number:032x}", "number": 1000 + number, "grade_id": None}
            session.add(Submission(**{**values, **ours}))
            session.flush()
            points = {name: getattr(row.grades[0], name) for name in ("points", "out_of", "edition", "codes", "report")}
            grade = Grade(submission_id=ours["id"], ticket=ours["ticket"], graded_at=house.services.clock(), **points)
            session.add(grade)
            session.flush()
            session.get_one(Submission, ours["id"]).grade_id = grade.id
