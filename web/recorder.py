"""The only writer of grades: takes what workers say from the queue, and keeps one report of each submission.

Theory of operation. Messages are taken in batches, one transaction each, and acknowledged only once it is committed.
A message counts where its submission, or a shadow of it, waits under just this ticket; any other is old, doubled or
forged, and ignored.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

import structlog
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from kombu.simple import SimpleQueue
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from grader.messages import REPORTS, Began, Fault, Graded, Message, Report
from grader.places import for_kombu
from grader.plain import from_plain, to_plain
from web.bulletin import announce
from web.database.models import Audit, Submission
from web.doorbell import HELD_KEYS
from web.grades import grade_of
from web.regrading import recording
from web.running import run
from web.services import Services
from web.submissions import PAUSE, SENDINGS, new_ticket

MOST = 50  # messages in one transaction
SECONDS = 1.0  # between looks at whether to stop
HELD_SECONDS = 30  # after which a message that a killed recorder held comes again
UNWRITABLE = (DataError, IntegrityError, ValueError, OverflowError)  # the message's fault, which no waiting mends

log = logging.getLogger(__name__)


def record(services: Services, messages: list[Message]) -> int:
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


# From the queue -----------------------------------------------------------------------------------


def consume(services: Services, reports: SimpleQueue, stopped: Event) -> None:
    """Record one batch, as soon as the database lets us. What cannot be read or written down is dropped, and said."""
    taken = _take(reports, SECONDS)
    readable = [message for message in (_read(one.payload) for one in taken) if message]
    while readable and not _recorded(services, readable):
        if stopped.wait(SECONDS):
            return  # not acknowledged: it comes again
    for one in taken:
        one.ack()
    settled = [message.submission for message in readable if isinstance(message, Graded | Fault)]
    if settled:
        channel: Any = reports.channel  # kombu's types do not know that Redis' has a client
        announce(channel.client, settled)


def _recorded(services: Services, messages: list[Message]) -> bool:
    """False where the database is away: a message that was given back would come again only after its time."""
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


def _take(reports: SimpleQueue, patience: float) -> list[Any]:
    taken: list[Any] = []
    try:
        taken.append(reports.get(timeout=patience))  # type: ignore[no-untyped-call]
        while len(taken) < MOST:
            taken.append(reports.get(block=False))  # type: ignore[no-untyped-call]
    except queue.Empty:
        pass
    return taken


def _read(payload: Any) -> Message | None:
    try:
        message: Message = from_plain(Message, payload, "message")
    except ValueError as error:
        log.error("a message that is none: %s", error)  # noqa: TRY400 - the stack says no more
        return None
    return message


def listen(services: Services, stopped: Event) -> None:
    """Until stopped; a broker that goes away is waited for."""
    while not stopped.is_set():
        try:
            with (
                connection_of(services.settings.redis_url) as connection,
                reports_of(connection) as reports,
            ):
                while not stopped.is_set():
                    consume(services, reports, stopped)
        except (OperationalError, RedisError, OSError) as error:
            log.error("interrupted: %s", error)  # noqa: TRY400 - the stack says no more
            stopped.wait(SECONDS)


@contextmanager
def reports_of(connection: Connection) -> Iterator[SimpleQueue]:
    """What workers say. What is no JSON is dropped: it would end us, and again each time that it came back."""
    with closing(connection.SimpleQueue(REPORTS)) as reports:  # type: ignore[no-untyped-call]
        reports.consumer.on_decode_error = _drop
        yield reports


def _drop(message: Any, error: Exception) -> None:
    log.error("a message that is none: %s", type(error).__name__)
    message.ack()


def connection_of(redis_url: str) -> Connection:
    """What we have not acknowledged is handed out again soon; the keys of our own keep workers' jobs out of that."""
    options = {
        "visibility_timeout": HELD_SECONDS,
        "socket_connect_timeout": SECONDS,
        "socket_keepalive": True,
        **HELD_KEYS,
    }
    return Connection(for_kombu(redis_url), transport_options=options)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    run("recorder", listen)
