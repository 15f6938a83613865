"""Nothing accepted is lost, and nothing is graded twice: the same claims over SQLite and PostgreSQL."""

from __future__ import annotations

import gc
import json
import threading
from contextlib import closing
from dataclasses import replace

import pytest
import redis
from sqlalchemy import func, select, text, update

from grader.messages import MESSAGE, Began, Fault, Finding, Graded, Message, Progress, Report, Text, reports_of
from grader.places import for_redis
from grader.plain import to_plain
from tests.web.conftest import over, source
from web import hearing
from web.database.models import Assignment, Audit, Grade, Submission
from web.database.schema import current, newest, upgrade
from web.database.session import Database
from web.hearing import Hearing
from web.reconciler import Patience, reconcile
from web.recorder import consume, record
from web.refusals import Refused
from web.submissions import AT_ONCE, SENDINGS, Upload, accept, place_in_queue
from web.work import history
from worker.broker import broker
from worker.settings import Settings as WorkerSettings

TITLE = Text("agrees with the sheet", "与题目一致")


class Bell:
    """The doorbell of a test: remembers what was rung, and is deaf on request."""

    def __init__(self) -> None:
        self.rung, self.heard, self.length, self.reports = [], True, 0, 0

    def ring(self, job, lane):
        if self.heard:
            self.rung.append(job)
        return self.heard

    def waiting(self, lane, device):
        if not self.heard:
            raise ConnectionError
        return self.length

    def unrecorded(self):
        return self.reports


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def site(request, settings):
    """Ada's course over each database, with a bell in place of the broker."""
    made = replace(over(request.param, request, settings), doorbell=Bell())
    yield made
    made.database.close()


ADA, BEN = 1, 2


@pytest.fixture
def assignment(site):
    with site.database.read() as session:
        return session.scalar(select(Assignment.id).order_by(Assignment.id))


def hand_in(site, assignment, user=ADA, **upload):
    return accept(site, user, assignment, Upload(source(), **upload))


def row(site, submission):
    return row_of(site, submission.id)


def row_of(site, submission_id):
    with site.database.read() as session:
        found = session.get_one(Submission, submission_id)
        _ = found.grades
        return found


def graded(submission, points=1.0, ticket=None):
    finding = Finding("check", "f", TITLE, passed=points > 0, points=points, out_of=1.0, public=True)
    report = Report("product_gradient", TITLE, submission.edition, "5eed", (finding,))
    return Graded(submission.id, ticket or submission.ticket, submission.attempt, report)


def fault(submission, whose="ours"):
    return Fault(submission.id, submission.ticket, submission.attempt, whose, TITLE, "the box did not start")


def test_what_is_handed_in_while_its_exercise_is_taken_out_of_the_course_is_refused_in_words(site, assignment):
    with site.database.write() as session:
        session.delete(session.get_one(Assignment, assignment))
    with pytest.raises(Refused, match="no longer part of the course"):
        hand_in(site, assignment)


def test_a_reader_sees_one_state_however_often_it_looks(site, assignment):
    """Else a page would say `waiting` beside the grade."""
    submission = hand_in(site, assignment)
    with site.database.read() as session:
        before = session.scalar(select(Submission.state))
        record(site, [graded(submission)])
        assert (before, session.scalar(select(Submission.state))) == ("waiting", "waiting")
    assert row(site, submission).state == "graded"


def test_the_tables_are_those_of_the_models(site):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from web.database.base import Base

    with site.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert current(site.database) == newest()


def test_upgrading_twice_changes_nothing(site):
    upgrade(site.database)
    assert current(site.database) == newest()


def test_a_submission_is_committed_before_the_bell_rings(site, assignment):
    seen = []
    site.doorbell.ring = lambda job, lane: seen.append(row_of(site, job.submission).state) or True
    hand_in(site, assignment)
    assert seen == ["waiting"]


def test_a_submission_is_accepted_when_nobody_hears_the_bell_and_sent_when_somebody_does(site, assignment):
    site.doorbell.heard = False
    submission = hand_in(site, assignment)
    assert row(site, submission).sent_at is None
    assert reconcile(site, Patience()) == 0
    site.doorbell.heard = True
    assert reconcile(site, Patience()) == 1
    (job,) = site.doorbell.rung
    assert (job.ticket, job.attempt) == (submission.ticket, 0)  # never sent before: the first attempt


def test_a_report_is_taken_once(site, assignment):
    submission = hand_in(site, assignment)
    assert record(site, [graded(submission)]) == 1
    assert record(site, [graded(submission, points=0.0)] * 10) == 0
    found = row(site, submission)
    assert (found.state, [grade.points for grade in found.grades]) == ("graded", [1.0])


def test_of_ten_equal_reports_in_one_batch_one_is_taken(site, assignment):
    submission = hand_in(site, assignment)
    assert record(site, [graded(submission)] * 10) == 1


def test_a_report_under_another_ticket_changes_nothing(site, assignment):
    submission = hand_in(site, assignment)
    assert record(site, [graded(submission, ticket="f" * 32)]) == 0
    assert row(site, submission).state == "waiting"


def test_two_recorders_at_once_write_one_grade(site, assignment):
    submission = hand_in(site, assignment)
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(record(site, [graded(submission)]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 0, 0, 1]


def test_a_report_of_nobody_is_dropped(site, assignment):
    submission = hand_in(site, assignment)
    stranger = replace(graded(submission), submission="never seen")
    assert record(site, [stranger, graded(submission)]) == 1


@pytest.mark.service
def test_what_nobody_can_read_or_write_down_holds_up_nothing_else(site, assignment, tmp_path):
    """One such message, sent by whoever reaches the queue, would otherwise end all grading: it comes again and again."""
    submission = hand_in(site, assignment)
    began = Began(submission.id, submission.ticket, 0)
    messages = [
        replace(began, submission="a\0b"),
        replace(began, submission="a\ud800b"),
        began,
        Progress(submission.id, submission.ticket, 0, done=2**70, of=1),
    ]
    with broker(WorkerSettings(home=tmp_path)) as url, closing(Hearing(url)) as hearing:
        sender = redis.Redis.from_url(for_redis(url))
        sender.xadd(reports_of("students"), {MESSAGE: "no JSON"})
        sender.xadd(reports_of("students"), {"other": "field"})
        for message in messages:
            sender.xadd(reports_of("students"), {MESSAGE: json.dumps(to_plain(Message, message))})
        for _ in range(3):  # there is no group of readers yet; then nothing that was taken before
            consume(site, hearing, threading.Event())
        assert sender.xlen(reports_of("students")) == 0
    assert row(site, submission).began_at is not None
    assert record(site, [graded(submission)]) == 1


@pytest.mark.service
def test_what_a_recorder_took_that_was_killed_beside_another_is_recorded_by_that_one(
    site, assignment, tmp_path, monkeypatch
):
    """As when one is replaced by the next: else it would lie there, and meanwhile no job that was lost is sent again."""
    monkeypatch.setattr(hearing, "AGAIN_SECONDS", 0.2)
    submission = hand_in(site, assignment)
    with broker(WorkerSettings(home=tmp_path)) as url, closing(Hearing(url)) as stays, closing(Hearing(url)) as killed:
        for one in (stays, stays, killed):  # there is no group of readers yet; then nothing that was taken before
            assert one.take(16, 0.01) == []
        sender = redis.Redis.from_url(for_redis(url))
        sender.xadd(reports_of("students"), {MESSAGE: json.dumps(to_plain(Message, graded(submission)))})
        assert killed.take(16, 1.0)
        consume(site, stays, threading.Event())
        consume(site, stays, threading.Event())
        assert sender.xlen(reports_of("students")) == 0
    assert row(site, submission).state == "graded"


def test_a_job_that_was_lost_is_sent_again_under_a_new_ticket(site, assignment):
    submission = hand_in(site, assignment)
    site.clock.advance(seconds=16)
    assert reconcile(site, Patience()) == 1
    first, second = site.doorbell.rung
    assert first.ticket != second.ticket
    assert second.attempt == 1
    assert record(site, [graded(submission)]) == 0  # the old one comes too late


def test_a_job_that_still_lies_in_the_queue_is_not_sent_again(site, assignment):
    hand_in(site, assignment)
    site.doorbell.length = 1
    site.clock.advance(minutes=10)
    assert reconcile(site, Patience()) == 0


def test_a_job_whose_worker_gives_signs_of_life_is_not_sent_again_until_it_falls_silent(site, assignment):
    """It may wait for a GPU behind others that the same worker has taken."""
    submission = hand_in(site, assignment)
    (job,) = site.doorbell.rung
    record(site, [Began(job.submission, job.ticket, 0)])
    for done in range(3):
        site.clock.advance(seconds=60)
        record(site, [Progress(job.submission, job.ticket, 0, done, 3)])
        assert reconcile(site, Patience()) == 0
    assert row(site, submission).checks_done == 2
    site.clock.advance(seconds=91)
    assert reconcile(site, Patience()) == 1


def test_of_two_jobs_with_one_in_the_queue_the_older_is_the_lost_one(site, assignment):
    older = hand_in(site, assignment)
    site.clock.advance(seconds=1)
    hand_in(site, assignment, BEN)
    site.doorbell.length = 1
    site.clock.advance(seconds=20)
    assert reconcile(site, Patience()) == 1
    assert site.doorbell.rung[-1].submission == older.id


def test_a_worker_that_fell_silent_is_given_up_after_its_time(site, assignment):
    submission = hand_in(site, assignment)
    record(site, [Began(submission.id, submission.ticket, 0)])
    site.clock.advance(seconds=60)
    assert reconcile(site, Patience()) == 0
    site.clock.advance(seconds=31)
    assert reconcile(site, Patience()) == 1


def test_while_reports_wait_to_be_recorded_nothing_is_given_up(site, assignment):
    """A database that was away for long must not make what is graded already look lost."""
    submission = hand_in(site, assignment)
    record(site, [Began(submission.id, submission.ticket, 0)])
    site.doorbell.reports = 1
    site.clock.advance(hours=1)
    assert reconcile(site, Patience()) == 0


def test_two_reconcilers_at_once_send_a_job_once(site, assignment):
    hand_in(site, assignment)
    site.clock.advance(seconds=16)
    sent = []
    threads = [threading.Thread(target=lambda: sent.append(reconcile(site, Patience()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 1


def test_after_three_sendings_it_is_ours_and_no_attempt_is_used_up(site, assignment):
    submission = hand_in(site, assignment)
    for _ in range(SENDINGS):
        site.clock.advance(seconds=16)
        reconcile(site, Patience())
    assert row(site, submission).state == "ours"
    assert len(site.doorbell.rung) == SENDINGS
    with site.database.read() as session:
        assert history(session, session.get_one(Assignment, assignment), ADA)[0].state == "ours"


def test_a_fault_of_ours_is_tried_again_and_then_told(site, assignment):
    submission = hand_in(site, assignment)
    for attempt in range(SENDINGS):
        found = row(site, submission)
        assert (found.state, found.attempt) == ("waiting", attempt)
        record(site, [fault(found)])
        reconcile(site, Patience())
        if attempt == 1:
            assert len(site.doorbell.rung) == 2  # a deployment may be under way: not at once again
            site.clock.advance(seconds=61)
            reconcile(site, Patience())
    assert row(site, submission).state == "ours"


def test_a_fault_of_the_exercise_is_told_at_once(site, assignment):
    submission = hand_in(site, assignment)
    record(site, [fault(submission, "exercise")])
    assert row(site, submission).state == "ours"


def test_one_key_gives_one_submission_however_often_and_at_once(site, assignment):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(hand_in(site, assignment, key="double").id)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_two_uploads_at_once_cannot_both_be_the_last_attempt(site, assignment):
    with site.database.write() as session:
        session.execute(update(Assignment).where(Assignment.id == assignment).values(attempts=1))
    outcomes = []

    def upload():
        try:
            outcomes.append(hand_in(site, assignment).number)
        except Refused as refusal:
            outcomes.append(refusal.why)

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["1", "no attempts", "no attempts", "no attempts"]


def test_one_who_floods_the_queue_holds_up_no_class(site, assignment):
    """What one person has waiting beyond a few goes after everybody else's: late it may be, but it is never refused."""
    flood = []
    for _ in range(10):
        flood.append(hand_in(site, assignment))
        site.clock.advance(seconds=1)
    ben = hand_in(site, assignment, BEN)
    assert [one.lane for one in flood] == ["students"] * AT_ONCE + ["regrades"] * (10 - AT_ONCE)
    assert ben.lane == "students"
    with site.database.read() as session:
        assert place_in_queue(session, row(site, ben)) == AT_ONCE
        assert place_in_queue(session, row(site, flood[-1])) >= AT_ONCE + 1  # Ben goes before it
    for one in flood:
        record(site, [graded(one)])
    assert hand_in(site, assignment).lane == "students"


def test_after_the_deadline_nothing_is_taken_from_students(site, assignment):
    site.clock.advance(days=8)
    with pytest.raises(Refused) as refusal:
        hand_in(site, assignment)
    assert refusal.value.why == "closed"


@pytest.mark.parametrize(("counts", "expected"), [("best", 1), ("last", 2)])
def test_the_best_or_the_last_counts(site, assignment, counts, expected):
    for points in (1.0, 0.5):
        record(site, [graded(hand_in(site, assignment), points)])
    with site.database.write() as session:
        session.get_one(Assignment, assignment).course.counts = counts
    with site.database.read() as session:
        attempts = history(session, session.get_one(Assignment, assignment), ADA)
    assert [one.number for one in attempts if one.counts] == [expected]


def test_every_score_is_in_the_audit_and_the_audit_is_only_added_to(site, assignment):
    submission = hand_in(site, assignment)
    record(site, [graded(submission)])
    with site.database.read() as session:
        found = select(Audit.action, Audit.new).where(Audit.submission_id == submission.id).order_by(Audit.id)
        assert [tuple(line) for line in session.execute(found)] == [("submitted", ""), ("graded", "1")]
    for change in ("UPDATE audit SET new = '2'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="only added to"), site.database.write() as session:
            session.execute(text(change))


def test_an_undone_transaction_leaves_nothing(site, assignment):
    with pytest.raises(ZeroDivisionError):
        write_and_fail(site)
    with site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "never")) == 0


def write_and_fail(site):
    with site.database.write() as session:
        session.add(Audit(at=site.clock(), action="never"))
        session.flush()
        raise ZeroDivisionError


def test_writers_that_read_first_lose_no_update(site, assignment):
    """Without the lock at the start, of two who read 0 and write 1, one is lost silently."""
    submission = hand_in(site, assignment)

    def count():
        for _ in range(5):
            with site.database.write() as session:
                found = select(Submission).where(Submission.id == submission.id).with_for_update()
                session.scalars(found).one().checks_done += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert row(site, submission).checks_done == 20


def test_no_grade_is_there_without_its_submission(site):
    with pytest.raises(Exception, match=r"(?i)foreign key"), site.database.write() as session:
        session.add(
            Grade(
                submission_id="nobody",
                ticket="t",
                points=1,
                out_of=1,
                edition="e",
                codes=[],
                report={},
                graded_at=site.clock(),
            )
        )


def test_a_database_that_is_dropped_leaves_no_connection_open(tmp_path):
    """From Python 3.13 on SQLite's are warned of, each."""
    made = Database(f"sqlite:///{tmp_path}/chainrule.db")
    engine = made.engine
    with made.read() as session:
        session.execute(text("SELECT 1"))
    assert engine.pool.checkedin() == 1
    del made
    gc.collect()
    assert engine.pool.checkedin() == 0


def test_nobody_else_on_the_machine_reads_the_database(tmp_path):
    """It holds hashes of passwords, and everybody's code, in a folder that may have been made by somebody else."""
    tmp_path.chmod(0o755)
    made = Database(f"sqlite:///{tmp_path}/chainrule.db")
    upgrade(made)
    with made.write() as session:
        session.execute(text("DELETE FROM audit"))
        assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {
            "chainrule.db": 0,
            "chainrule.db-shm": 0,
            "chainrule.db-wal": 0,
        }
    made.close()
