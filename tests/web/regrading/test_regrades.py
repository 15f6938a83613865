"""A regrade runs beside everything else: nothing is lost, nothing graded twice, nothing shown before it is published."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from grader.messages import Began, Fault, Progress, Text
from tests.web.conftest import source
from tests.web.regrading.conftest import WHY, House
from web.database.models import Assignment, Audit, Grade, Regrade, ScoreChange, Submission
from web.mending import grade_again
from web.recorder import record
from web.regrading import feeding, settling
from web.regrading.beginning import Refused
from web.regrading.rows import difference
from web.submissions import Upload, accept, place_in_queue
from web.work import left_for, terms_for


def fault(job, whose="ours"):
    return Fault(job.submission, job.ticket, job.attempt, whose, Text("sorry", "抱歉"), "the box did not start")


def state_of(house: House, regrade: int) -> str:
    with house.services.database.read() as session:
        return session.get_one(Regrade, regrade).state


def told(house: House) -> list[tuple[int, float, float, str]]:
    with house.services.database.read() as session:
        return [(one.user_id, one.old, one.new, one.why) for one in session.scalars(select(ScoreChange))]


def at_once(*acts) -> list[object]:
    """What came of each, done at the same moment."""
    found: list[object] = []
    ready = threading.Barrier(len(acts))

    def run(act) -> None:
        ready.wait()
        try:
            found.append(act())
        except Refused as refusal:
            found.append(refusal)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


# Beginning --------------------------------------------------------------------------------------------


def test_every_graded_submission_gets_a_shadow_with_its_own_ticket_and_nothing_is_shown(house):
    first, second = house.graded("ada", 4), house.graded("ben", 6)
    accept(house.services, house.people["ben"], house.assignment, Upload(source()))  # waits: has its turn anyway
    jobs_before = len(house.bell.rung)
    house.begin()
    assert {one.submission_id for one in house.shadows()} == {first, second}
    assert len(house.bell.rung) == jobs_before  # sending is the feeder's
    with house.services.database.read() as session:
        tickets = set(session.scalars(select(Submission.ticket)))
    assert tickets.isdisjoint(one.ticket for one in house.shadows())
    assert (house.shown(first), house.shown(second)) == (4, 6)


def test_the_seed_is_that_of_the_grade_shown_unless_new_ones_are_wanted(house):
    submission = house.graded("ada", 4)
    house.regraded({submission: 5}, new_seeds=True)
    (drawn,) = house.shadows()
    with house.services.database.read() as session:
        assert drawn.seed != session.get_one(Submission, submission).seed
    settling.publish(house.services, drawn.regrade_id, house.people["grace"], why=WHY)
    house.begin()
    assert house.shadows()[-1].seed == drawn.seed


def test_a_second_one_of_the_same_exercise_is_refused_until_the_first_is_settled(house):
    house.graded("ada", 4)
    first = house.begin()
    with pytest.raises(Refused, match="open already"):
        house.begin()
    settling.discard(house.services, first, None)
    assert house.begin() != first


def test_of_two_begun_at_once_there_is_one(house):
    house.graded("ada", 4)
    found = at_once(house.begin, house.begin)
    assert sorted(type(one).__name__ for one in found) == ["Refused", "int"]
    assert len(house.shadows()) == 1


def test_it_needs_a_reason_and_something_that_is_graded(house):
    with pytest.raises(Refused, match="Nothing"):
        house.begin()
    house.graded("ada", 4)
    with pytest.raises(Refused, match="Say why"):
        house.begin(why="  ")
    assert house.shadows() == []


# Feeding and recording --------------------------------------------------------------------------------


def test_a_job_carries_the_work_and_the_present_edition_under_the_shadows_ticket(house):
    submission = house.graded("ada", 4)
    house.begin()
    (job,) = house.fed()
    (shadow,) = house.shadows()
    edition = house.services.catalogue["product_gradient"].edition
    assert (job.submission, job.ticket, job.seed, job.edition) == (submission, shadow.ticket, shadow.seed, edition)
    assert job.files[0].name == "ada.py"


def test_the_queue_never_holds_more_than_there_is_room_for(house):
    points = {house.graded("ada" if n % 2 else "ben", 2): 2 for n in range(7)}
    house.begin()
    first = house.fed(most=3)
    assert len(first) == 3
    assert house.fed(most=3) == []
    house.tell(first[0], points[first[0].submission])
    assert len(house.fed(most=3)) == 1


def test_what_waits_for_a_device_that_no_worker_has_holds_up_nothing_else(house):
    submissions = [house.graded("ada" if n % 2 else "ben", 2) for n in range(6)]
    with house.services.database.write() as session:
        for one in submissions[:3]:
            session.get_one(Submission, one).device = "cuda"
    house.begin()
    first = house.fed(most=2)
    assert sorted(job.device for job in first) == ["cpu", "cpu", "cuda", "cuda"]
    for job in first:
        if job.device == "cpu":
            house.tell(job, 2)
    assert [job.device for job in house.fed(most=2)] == ["cpu"]


def test_a_report_makes_a_grade_that_nobody_sees(house):
    submission = house.graded("ada", 4)
    house.begin()
    (job,) = house.fed()
    assert house.tell(job, 6) == 1
    assert house.tell(job, 6) == 0  # a second time
    assert house.grades() == 2
    assert house.shown(submission) == 4
    with house.services.database.read() as session:
        new = session.scalars(select(Grade).order_by(Grade.id.desc())).first()
    assert (new.points, new.published_at, new.seed) == (6, None, job.seed)


def test_it_is_ready_when_nothing_waits_any_more(house):
    submission = house.graded("ada", 4)
    regrade = house.begin()
    (job,) = house.fed()
    house.fed()
    assert state_of(house, regrade) == "running"
    house.tell(job, 4)
    house.fed()
    assert state_of(house, regrade) == "ready"
    assert house.shown(submission) == 4


def test_signs_of_life_of_a_shadow_leave_the_submission_alone(house):
    submission = house.graded("ada", 4)
    house.begin()
    (job,) = house.fed()
    with house.services.database.read() as session:
        before = session.get_one(Submission, submission).began_at
    record(house.services, [Began(submission, job.ticket, 0), Progress(submission, job.ticket, 0, 1, 3)])
    with house.services.database.read() as session:
        row = session.get_one(Submission, submission)
        assert (row.began_at, row.state, row.checks_done) == (before, "graded", 0)
    assert house.shadows()[0].began_at is not None


def test_a_shadows_ticket_does_not_speak_for_another_submission(house):
    house.graded("ada", 4), house.graded("ben", 4)
    house.begin()
    one, other = house.fed()
    assert house.tell(replace(one, submission=other.submission), 6) == 0


def test_what_the_broker_does_not_hear_is_sent_later(house):
    for _ in range(3):
        house.graded("ada", 4)
    house.begin()
    house.bell.heard = False
    assert house.fed() == []
    assert [one.sent_at for one in house.shadows()] == [None] * 3
    house.bell.heard = True
    assert len(house.fed()) == 3


def test_of_two_feeders_at_once_each_job_is_sent_once(house):
    for _ in range(6):
        house.graded("ada", 4)
    house.begin()
    before = len(house.bell.rung)
    at_once(lambda: feeding.feed(house.services), lambda: feeding.feed(house.services))
    house.fed()
    sent = [job.ticket for job in house.bell.rung[before:]]
    assert len(sent) == len(set(sent)) == 6


# What gets lost ---------------------------------------------------------------------------------------


def test_one_that_a_broker_forgot_is_sent_again_under_a_new_ticket_and_costs_no_attempt(house):
    house.graded("ada", 4)
    house.begin()
    for _ in range(5):
        (job,) = house.fed()
        house.services.clock.advance(seconds=16)
        house.reconcile()
    (again,) = house.fed()
    assert again.ticket != job.ticket
    assert again.attempt == 0
    assert house.tell(job, 6) == 0
    assert house.tell(again, 6) == 1


def test_one_that_waits_behind_students_in_a_long_queue_is_not_lost(house):
    house.graded("ada", 4)
    house.begin()
    (job,) = house.fed()
    house.bell.length = 1
    house.services.clock.advance(hours=2)
    house.reconcile()
    house.bell.length = 0
    record(house.services, [Began(job.submission, job.ticket, 0)])
    for _ in range(3):  # it may wait for a GPU behind others of the same worker, and says that it lives
        house.services.clock.advance(seconds=80)
        record(house.services, [Progress(job.submission, job.ticket, 0, 0, 3)])
        house.reconcile()
        assert house.fed() == []
    assert house.tell(job, 6) == 1


def test_a_students_job_that_got_lost_is_found_although_the_queue_is_full_of_shadows(house):
    """Both may lie in one lane, and the youngest are those inside: a regrade must not hide what a student waits for."""
    for _ in range(4):
        house.graded("ben", 2)
    for _ in range(4):
        accept(house.services, house.people["ada"], house.assignment, Upload(source()))
    lost = house.bell.rung[-1]  # the fourth that waits at once goes to the lane of regrades
    house.services.clock.advance(seconds=1)
    house.begin()
    house.fed()
    house.bell.length = 4
    house.services.clock.advance(seconds=20)
    house.reconcile()
    assert lost.submission in {job.submission for job in house.bell.rung[-4:]}


def test_who_waits_in_the_same_lane_is_told_of_the_shadows_before(house):
    for _ in range(3):
        house.graded("ben", 2)
    house.begin()
    (taken, *_) = house.fed()
    record(house.services, [Began(taken.submission, taken.ticket, 0)])
    house.services.clock.advance(seconds=1)
    mine = [accept(house.services, house.people["ada"], house.assignment, Upload(source())) for _ in range(4)]
    with house.services.database.read() as session:
        places = [place_in_queue(session, session.get_one(Submission, one.id)) for one in mine]
    assert places == [0, 0, 0, 5]  # three of her own in the first lane, and two shadows


def test_a_worker_that_dies_of_one_thrice_leaves_it_as_it_was(house):
    submission = house.graded("ada", 4)
    regrade = house.begin()
    for _ in range(3):
        (job,) = house.fed()
        record(house.services, [Began(job.submission, job.ticket, job.attempt)])
        house.services.clock.advance(seconds=91)
        house.reconcile()
    assert house.fed() == []
    assert (state_of(house, regrade), house.shown(submission)) == ("ready", 4)
    assert [one.state for one in house.shadows()] == ["ours"]


def test_a_fault_of_ours_is_tried_again_then_ends_and_costs_nobody_anything(house):
    submission = house.graded("ada", 4)
    regrade = house.begin()
    (first,) = house.fed()
    record(house.services, [fault(first)])
    (second,) = house.fed()
    record(house.services, [fault(second)])
    house.reconcile()
    assert house.fed() == []  # a pause, in which a deployment may end
    house.services.clock.advance(seconds=61)
    house.reconcile()
    (third,) = house.fed()
    record(house.services, [fault(third)])
    house.fed()
    assert state_of(house, regrade) == "ready"
    with house.services.database.read() as session:
        row = session.get_one(Submission, submission)
        assert (row.state, row.shown.points, row.fault) == ("graded", 4, None)


def test_a_fault_of_the_exercise_ends_at_once(house):
    house.graded("ada", 4)
    house.begin()
    (job,) = house.fed()
    record(house.services, [fault(job, "exercise")])
    (shadow,) = house.shadows()
    assert (shadow.state, shadow.fault) == ("ours", {"detail": "the box did not start"})


# Publishing -------------------------------------------------------------------------------------------


def test_publishing_shows_all_new_grades_keeps_the_old_ones_and_tells_whose_score_changed(house):
    up, down, same = house.graded("ada", 2), house.graded("ben", 6), house.graded("ben", 4)
    regrade = house.regraded({up: 6, down: 4, same: 4})
    done = settling.publish(house.services, regrade, house.people["grace"], why="Because.", request_id="r1")
    assert (done.moved, done.told) == (3, 2)
    assert [house.shown(one) for one in (up, down, same)] == [6, 4, 4]
    assert house.grades() == 6
    assert told(house) == [
        (house.people["ada"], 2, 6, "Because."),
        (house.people["ben"], 6, 4, "Because."),
    ]
    with house.services.database.read() as session:
        line = session.scalars(select(Audit).where(Audit.action == "regrade published")).one()
    assert (line.actor_id, line.why, line.request_id) == (house.people["grace"], "Because.", "r1")
    assert "1 stay, 1 gain, 1 lose, largest loss 2 points; 2 students told" in line.new


def test_who_gains_with_an_attempt_that_does_not_count_is_told_nothing(house):
    worse = house.graded("ada", 2)
    best = house.graded("ada", 6)
    regrade = house.regraded({worse: 4, best: 6})
    assert settling.publish(house.services, regrade, house.people["grace"], why=WHY).told == 0
    assert told(house) == []


def test_what_could_not_be_graded_stays_and_is_listed(house):
    good, bad = house.graded("ada", 2), house.graded("ben", 4)
    regrade = house.begin()
    for job in house.fed():
        record(house.services, [fault(job, "exercise") if job.submission == bad else house.report(job, 6)])
    house.fed()
    with house.services.database.read() as session:
        found = difference(session, session.get_one(Regrade, regrade))
    assert [line.submission for line in found.of_kind["ours"]] == [bad]
    assert settling.publish(house.services, regrade, house.people["grace"], why=WHY).moved == 1
    assert (house.shown(good), house.shown(bad)) == (6, 4)


def test_what_was_graded_anew_meanwhile_is_not_overwritten(house):
    one, other = house.graded("ada", 2), house.graded("ben", 2)
    regrade = house.regraded({one: 6, other: 6})
    with house.services.database.write() as session:
        row = session.get_one(Submission, one)
        newer = Grade(
            submission_id=one, ticket="n" * 32, points=3, out_of=6, edition="e", codes=[], report={},
            graded_at=house.services.clock(), published_at=house.services.clock(),
        )  # fmt: skip
        session.add(newer)
        session.flush()
        row.grade_id = newer.id
    with house.services.database.read() as session:
        found = difference(session, session.get_one(Regrade, regrade))
    assert [line.submission for line in found.of_kind["renewed"]] == [one]
    settling.publish(house.services, regrade, house.people["grace"], why=WHY)
    assert (house.shown(one), house.shown(other)) == (3, 6)
    with house.services.database.read() as session:  # and the page of what was published says the same
        found = difference(session, session.get_one(Regrade, regrade))
    assert [line.submission for line in found.of_kind["renewed"]] == [one]


def test_nothing_is_published_before_all_of_it_is_graded(house):
    house.graded("ada", 2), house.graded("ben", 2)
    regrade = house.begin()
    house.tell(house.fed()[0], 6)
    house.fed()
    with pytest.raises(Refused, match="not finished"):
        settling.publish(house.services, regrade, house.people["grace"], why=WHY)


def test_throwing_away_changes_nothing_for_anybody(house):
    one, other = house.graded("ada", 2), house.graded("ben", 4)
    regrade = house.begin()
    first, second = house.fed()
    house.tell(first, 6)
    settling.discard(house.services, regrade, None)
    assert house.tell(second, 6) == 0
    assert house.fed() == []
    assert (house.shown(one), house.shown(other)) == (2, 4)
    assert told(house) == []
    for act in (
        lambda: settling.publish(house.services, regrade, house.people["grace"], why=WHY),
        lambda: settling.discard(house.services, regrade, None),
    ):
        with pytest.raises(Refused, match="thrown away"):
            act()


def test_published_twice_at_once_it_is_published_once(house):
    submission = house.graded("ada", 2)
    regrade = house.regraded({submission: 6})
    found = at_once(*[lambda: settling.publish(house.services, regrade, house.people["grace"], why=WHY)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["Published", "Refused"]
    assert len(told(house)) == 1


def test_published_and_thrown_away_at_once_one_of_both_happens(house):
    submission = house.graded("ada", 2)
    regrade = house.regraded({submission: 6})
    found = at_once(
        lambda: settling.publish(house.services, regrade, house.people["grace"], why=WHY),
        lambda: settling.discard(house.services, regrade, None),
    )
    assert sum(isinstance(one, Refused) for one in found) == 1
    published = state_of(house, regrade) == "published"
    assert house.shown(submission) == (6 if published else 2)
    assert len(told(house)) == published


# A fault of ours never costs an attempt ----------------------------------------------------------------


def test_a_regrade_uses_no_attempt_whatever_comes_of_it(house):
    submission = house.graded("ada", 2)
    with house.services.database.write() as session:
        session.get_one(Assignment, house.assignment).attempts = 3
    regrade = house.begin()

    def left() -> int | None:
        with house.services.database.read() as session:
            row = session.get_one(Assignment, house.assignment)
            terms = terms_for(session, row, house.people["ada"])
            return left_for(session, terms, row, house.people["ada"], house.services.clock()).attempts

    assert left() == 2
    (job,) = house.fed()
    record(house.services, [fault(job, "exercise")])
    house.fed()
    assert (left(), house.shown(submission)) == (2, 2)
    settling.publish(house.services, regrade, house.people["grace"], why=WHY)
    assert left() == 2


def test_attempts_that_come_back_are_neither_used_nor_held_up_by_a_regrade(house):
    """They come back by the time at which work was handed in, whatever is done to it later."""
    with house.services.database.write() as session:
        row = session.get_one(Assignment, house.assignment)
        row.attempts, row.attempts_hours = 1, 2
    submission = house.graded("ada", 2)

    def left() -> tuple[int | None, bool]:
        with house.services.database.read() as session:
            row = session.get_one(Assignment, house.assignment)
            terms = terms_for(session, row, house.people["ada"])
            found = left_for(session, terms, row, house.people["ada"], house.services.clock())
            return found.attempts, found.more_at is not None

    assert left() == (0, True)
    house.services.clock.advance(hours=1, minutes=30)
    settling.publish(house.services, house.regraded({submission: 6}), house.people["grace"], why=WHY)
    assert left() == (0, True)
    house.services.clock.advance(minutes=31)
    assert left() == (1, False)


def test_what_was_our_fault_is_mended_beside_a_regrade_and_keeps_the_grade_of_its_own(house):
    """It had no grade when the regrade began, so it has no shadow; what staff send again is graded for its student."""
    graded = house.graded("ben", 2)
    waiting = accept(house.services, house.people["ada"], house.assignment, Upload(source()))
    record(house.services, [fault(house.bell.rung[-1], "exercise")])
    regrade = house.begin()
    with house.services.database.read() as session:
        course = session.get_one(Assignment, house.assignment).course_id
    assert grade_again(house.services, course, house.people["tom"], "r1") == 1
    (job,) = [one for one in house.bell.rung if one.submission == waiting.id][1:]
    for one in house.fed():
        house.tell(one, 6)
    house.fed()
    assert house.tell(job, 4) == 1
    assert settling.publish(house.services, regrade, house.people["grace"], why=WHY).moved == 1
    assert (house.shown(graded), house.shown(waiting.id)) == (6, 4)
    assert house.regraded({graded: 6, waiting.id: 6})  # and the next regrade has both
    assert len(house.shadows()) == 3


def test_one_that_was_sent_again_for_a_student_is_not_taken_for_its_shadow(house):
    """Both may be on the way at once: each report goes where its ticket belongs."""
    submission = house.graded("ada", 2)
    house.begin()
    (shadow,) = house.fed()
    with house.services.database.write() as session:
        row = session.get_one(Submission, submission)
        row.state, row.ticket = "waiting", "w" * 32
    assert house.tell(shadow, 6) == 1
    assert house.tell(replace(shadow, ticket="w" * 32), 4) == 1
    assert house.shown(submission) == 4
