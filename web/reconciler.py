"""Brings back what got lost on the way: jobs that were never sent, never taken, or never answered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.messages import Fault, Lane, Text
from web.database.models import Shadow, Submission
from web.graders import CPU, with_gpu
from web.publishing import announcing
from web.pushes import collecting
from web.recorder import give_up
from web.regrading import feeding
from web.running import run
from web.services import Services
from web.submissions import SENDINGS, new_ticket, send

SORRY = Text(
    "We could not grade this: a fault of ours. Nothing was counted, and no attempt was used up. We have been told.",
    "没能评分，这是我们的故障。没有计分，也没有用掉提交次数。我们已收到通知。",
)

EVERY_SECONDS = 2.0
WHOLE = ("assignment", "files", "notes")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """Seconds. untaken: from sending to a worker's taking, beyond what the queue explains.

    unanswered: from then on, or from the last sign of life.
    """

    untaken: float = 15.0
    unanswered: float = 90.0


@dataclass(frozen=True)
class Queues:
    """What explains that somebody waits. jobs: by lane and device; reports: that nobody has recorded yet."""

    jobs: dict[tuple[str, str], int]
    reports: int
    unserved: frozenset[str] = frozenset()  # devices for which jobs wait and that no worker has


def reconcile(services: Services, patience: Patience) -> int:
    """Send again what waits too long; how many. Any number of reconcilers may do so at once.

    Work that is graded again in the background goes back to who feeds it: web/regrading/feeding.py.
    """
    queues = _queues(services)
    if queues is None or not queues.jobs:
        return 0  # the broker is away, so that nobody can be sent anything; or nobody waits
    with services.database.read() as session:
        if not _late(session, services.clock(), patience, queues, locked=False):
            return 0  # as ever, nearly: whoever hands in meanwhile waits for no look at a whole regrade
    with services.database.write() as session:
        late = _late(session, services.clock(), patience, queues, locked=True)
        for shadow in (row for row in late if isinstance(row, Shadow)):
            feeding.bring_back(shadow)
        again = [row for row in late if isinstance(row, Submission) and _claim(services, session, row)]
    for row in again:
        known = {"submission": row.id, "attempt": row.attempt, "request": row.request_id}
        log.warning("sent again", extra=known)
        send(services, row)
    return len(again)


def _queues(services: Services) -> Queues | None:
    """None where the broker is away."""
    with services.database.read() as session:
        found = select(Submission.lane, Submission.device).where(Submission.state == "waiting").distinct()
        keys = {(lane, device) for lane, device in session.execute(found)}
        keys |= {(feeding.LANE, device) for device in feeding.devices(session)}
    try:
        jobs = {(lane, device): services.doorbell.waiting(cast("Lane", lane), device) for lane, device in keys}
        asked = {device for _, device in keys} - {CPU}
        unserved = frozenset(asked if asked and not with_gpu(services) else ())
        return Queues(jobs, services.doorbell.unrecorded() if keys else 0, unserved)
    except OSError:
        return None


def _late(
    session: Session,
    moment: datetime,
    patience: Patience,
    queues: Queues,
    *,
    locked: bool,
) -> list[Submission | Shadow]:
    """Queues give out the oldest first, so the youngest rows are those still inside."""
    found = select(Submission).where(Submission.state == "waiting")
    rows = session.scalars(found.with_for_update(skip_locked=True) if locked else found)
    waiting: list[Submission | Shadow] = [*rows, *feeding.sent(session, locked=locked)]
    waiting.sort(key=lambda row: row.sent_at or moment, reverse=True)
    in_queue, late = dict(queues.jobs), []
    for row in waiting:
        key = (row.lane, row.device)
        on_its_way = row.sent_at is not None and row.sent_at <= moment and not row.began_at
        stuck = isinstance(row, Submission) and row.device in queues.unserved  # a regrade waits for the same device
        if on_its_way and in_queue.get(key, 0) > 0 and not stuck:
            in_queue[key] -= 1
        elif row.sent_at is None or (_overdue(row, moment, patience) and queues.reports == 0):
            late.append(row)
    return late


def _overdue(row: Submission | Shadow, moment: datetime, patience: Patience) -> bool:
    since, seconds = (row.began_at, patience.unanswered) if row.began_at else (row.sent_at, patience.untaken)
    return since is not None and moment - since > timedelta(seconds=seconds)


def _claim(services: Services, session: Session, row: Submission) -> bool:
    """Make it ours to send; False where it was sent often enough. What was never sent keeps its ticket and attempt."""
    if row.sent_at is not None:
        if row.attempt + 1 >= SENDINGS:
            detail = f"no answer after {SENDINGS} sendings"
            give_up(services, session, row, Fault(row.id, row.ticket, row.attempt, "ours", SORRY, detail))
            return False
        row.attempt, row.ticket = row.attempt + 1, new_ticket()
    row.sent_at, row.began_at = services.clock(), None
    session.flush()
    session.refresh(row, WHOLE)  # within the transaction: the job is written from it
    return True


def watch(services: Services, stopped: Event, patience: Patience = Patience(), every: float = EVERY_SECONDS) -> None:
    """Look every few seconds, until stopped; a database that goes away is waited for."""
    while not stopped.wait(every):
        try:
            reconcile(services, patience)
            feeding.feed(services)
            announcing.settle(services)
        except SQLAlchemyError as error:
            log.error("interrupted: %s", error)  # noqa: TRY400 - the stack says no more


def work(services: Services, stopped: Event) -> None:
    """All that somebody has to look after: what got lost, and what was pushed."""
    with collecting.beside(services, stopped):
        watch(services, stopped)


if __name__ == "__main__":
    run("reconciler", work)
