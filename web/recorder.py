"""The only writer of grades: hears what workers say, and keeps one report of each submission.

Theory of operation. Messages are taken in batches, a transaction for each lane, and settled only once it is committed.
A message counts where its submission, or a shadow of it, waits under just this ticket; any other is old, doubled or
forged, and ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from threading import Event

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from grader.messages import Began, Fault, Graded, Message, Report
from grader.plain import to_plain
from web.database.models import Audit, Submission
from web.grades import grade_of
from web.hearing import Hearing
from web.regrading import recording
from web.running import run
from web.services import Services
from web.submissions import PAUSE, SENDINGS, new_ticket

MOST = 16  # messages of one lane in one transaction: whoever hands in waits until it ends
SECONDS = 1.0  # between looks at whether to stop
UNWRITABLE = (DataError, IntegrityError, ValueError, OverflowError)  # the message's fault, which no waiting mends

log = logging.getLogger(__name__)


def record(services: Services, messages: Sequence[Message]) -> int:
    """Write down what counts of these; how many did. All of it is committed, or none."""
    with services.database.write() as session:
        return sum(_record(services, session, message) for message in messages)


def _record(services: Services, session: Session, message: Message) -> bool:
    found = select(Submission).where(
        Submission.id == message.submission, Submission.ticket == message.ticket, Submission.state == "waiting"
    )
    row = session.scalar(found.with_for_update())
    if row is None:
        return _record_elsewhere(services, session, message)
    with structlog.contextvars.bound_contextvars(submission=row.id, attempt=row.attempt, request=row.request_id):
        _write_down(services, session, row, message)
    session.flush()  # the next message may be about the same submission
    return True


def _record_elsewhere(services: Services, session: Session, message: Message) -> bool:
    """For a submission that is graded again in the background, whose own row does not wait."""
    if not recording.record(services, session, message):
        log.info("%s of %s comes too late", type(message).__name__, message.submission)
        return False
    session.flush()
    return True


def _write_down(services: Services, session: Session, row: Submission, message: Message) -> None:
    if isinstance(message, Graded):
        _graded(services, session, row, message.report)
        log.info("recorded")
    elif isinstance(message, Fault):
        _fault(services, session, row, message)
    else:  # a sign of life: from the last one on the reconciler waits for the next
        done, of = (0, 0) if isinstance(message, Began) else (message.done, message.of)
        row.began_at, row.checks_done, row.checks_of = services.clock(), done, of


def _graded(services: Services, session: Session, row: Submission, report: Report) -> None:
    moment = services.clock()
    grade = grade_of(report, row.id, row.ticket, moment)
    grade.published_at = moment
    session.add(grade)
    session.flush()  # for its number
    row.state, row.grade_id = "graded", grade.id
    session.add(
        Audit(at=moment, action="graded", submission_id=row.id, new=f"{report.points:g}", request_id=row.request_id)
    )


def _fault(services: Services, session: Session, row: Submission, fault: Fault) -> None:
    """A fault of ours is tried again: at once, then after a pause. One of the exercise's would only come again."""
    log.error("fault (%s): %s", fault.whose, fault.detail)
    if fault.whose != "ours" or row.attempt + 1 >= SENDINGS:
        give_up(services, session, row, fault)
        return
    row.ticket, row.began_at = new_ticket(), None
    if row.attempt == 0:
        row.attempt, row.sent_at = 1, None
    else:
        row.sent_at = services.clock() + PAUSE  # the reconciler finds it overdue then, and counts it


def give_up(services: Services, session: Session, row: Submission, fault: Fault) -> None:
    """It is ours to mend: nothing is counted, and staff see it."""
    row.state, row.fault = "ours", to_plain(Fault, fault)
    session.add(
        Audit(at=services.clock(), action="fault", submission_id=row.id, why=fault.detail, request_id=row.request_id)
    )


# From the streams ---------------------------------------------------------------------------------


def consume(services: Services, hearing: Hearing, stopped: Event) -> None:
    """Record what there is of each lane, students' first, as soon as the database lets us."""
    for heard in hearing.take(MOST, SECONDS):
        while heard.messages and not _recorded(services, heard.messages):
            if stopped.wait(SECONDS):
                return  # not settled: it comes again
        hearing.settle(heard)
        done = [message.submission for message in heard.messages if isinstance(message, Graded | Fault)]
        if done:
            hearing.announce(done)


def _recorded(services: Services, messages: Sequence[Message]) -> bool:
    """False where the database is away. What cannot be written down whatever one does is dropped, and said."""
    try:
        record(services, messages)
    except UNWRITABLE as error:
        if len(messages) > 1:
            return all(_recorded(services, [one]) for one in messages)
        log.error("a message that cannot be written down: %s", type(error).__name__)  # noqa: TRY400 - likewise
    except SQLAlchemyError as error:
        log.error("not recorded yet: %s", error)  # noqa: TRY400 - the stack says no more
        return False
    return True


def listen(services: Services, stopped: Event) -> None:
    """Until stopped; a broker that goes away is waited for."""
    while not stopped.is_set():
        try:
            with closing(Hearing(services.settings.redis_url)) as hearing:
                while not stopped.is_set():
                    consume(services, hearing, stopped)
        except (RedisError, OSError) as error:
            log.error("interrupted: %s", error)  # noqa: TRY400 - the stack says no more
            stopped.wait(SECONDS)


if __name__ == "__main__":
    run("recorder", listen)
