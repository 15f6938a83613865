"""Handing shadows to the workers, a few at a time: the queue never holds a whole course, and students go first.

Who feeds holds the regrade's row, so of several reconcilers one does. What is lost on the way comes back here under a
new ticket; only what a worker had begun counts as one of the attempts to have it graded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, contains_eager

from grader.messages import Job, Lane
from web.database.models import Regrade, Shadow, Submission
from web.regrading.recording import give_up
from web.services import Services
from web.submissions import SENDINGS, job_of, new_ticket

LANE: Lane = "regrades"
MOST = (
    200  # shadows on the queue, for each device: enough for all workers until the next look, few enough for its memory
)
AT_ONCE = 20  # read with their files and sent


def feed(services: Services, most: int = MOST) -> int:
    """Send on what there is room for; how many. A regrade of which nothing waits any more is ready."""
    with services.database.read() as session:
        if session.scalar(select(Regrade.id).where(Regrade.state == "running").limit(1)) is None:
            return 0
    with services.database.write() as session:
        held = session.scalars(
            select(Regrade).where(Regrade.state == "running").with_for_update(skip_locked=True)
        ).all()
        for regrade in held:
            if not session.scalar(select(exists().where(Shadow.regrade_id == regrade.id, Shadow.state == "waiting"))):
                regrade.state = "ready"
        claimed = _claim(session, [regrade.id for regrade in held], services.clock(), most)
    return _send_all(services, claimed)


def sent(session: Session, *, locked: bool) -> Sequence[Shadow]:
    """Those that are on the queue or with a worker, with their submissions."""
    found = (
        select(Shadow)
        .join(Regrade, Regrade.id == Shadow.regrade_id)
        .join(Shadow.submission)
        .where(Regrade.state == "running", Shadow.state == "waiting", Shadow.sent_at.is_not(None))
        .options(contains_eager(Shadow.submission))
    )
    return session.scalars(found.with_for_update(skip_locked=True, of=Shadow) if locked else found).all()


def devices(session: Session) -> Sequence[str]:
    """The devices for which shadows have been sent."""
    found = (
        select(Submission.device)
        .join(Shadow, Shadow.submission_id == Submission.id)
        .join(Regrade, Regrade.id == Shadow.regrade_id)
        .where(Regrade.state == "running", Shadow.state == "waiting", Shadow.sent_at.is_not(None))
        .distinct()
    )
    return session.scalars(found).all()


def bring_back(row: Shadow) -> None:
    """One that got lost is fed again, or given up where workers fell silent over it too often."""
    if row.began_at is not None:
        row.attempt += 1
        if row.attempt >= SENDINGS:
            give_up(row, f"no answer after {SENDINGS} sendings")
            return
    row.ticket, row.sent_at, row.began_at = new_ticket(), None, None


def _claim(session: Session, regrades: list[int], moment: datetime, most: int) -> list[int]:
    """Up to so many for each device: one that no worker has holds up nobody else's."""
    waiting = (Shadow.regrade_id.in_(regrades), Shadow.state == "waiting")
    counted = select(Submission.device, func.count(), func.count(Shadow.sent_at)).join(Shadow.submission)
    claimed: list[int] = []
    for device, number, out in session.execute(counted.where(*waiting).group_by(Submission.device)).all():
        if out < most and out < number:
            unsent = select(Shadow.id).join(Shadow.submission).where(*waiting, Submission.device == device)
            oldest = unsent.where(Shadow.sent_at.is_(None)).order_by(Shadow.regrade_id, Shadow.id)
            claimed += session.scalars(oldest.limit(most - out))
    session.execute(update(Shadow).where(Shadow.id.in_(claimed)).values(sent_at=moment, began_at=None))
    return sorted(claimed)


def _send_all(services: Services, claimed: list[int]) -> int:
    """A broker that does not hear ends it: the rest stays unsent, and is tried at the next look."""
    for start in range(0, len(claimed), AT_ONCE):
        for job in _jobs(services, claimed[start : start + AT_ONCE]):
            if not services.doorbell.ring(job, LANE):
                return _unsend(services, claimed, job)
    return len(claimed)


def _jobs(services: Services, shadows: list[int]) -> list[Job]:
    found = (
        select(Shadow, Regrade.edition)
        .join(Regrade, Regrade.id == Shadow.regrade_id)
        .join(Shadow.submission)
        .where(Shadow.id.in_(shadows))
        .options(contains_eager(Shadow.submission).undefer_group("work"))
        .order_by(Shadow.id)
    )
    with services.database.read() as session:
        return [job(row, edition) for row, edition in session.execute(found)]


def job(row: Shadow, edition: str) -> Job:
    """What a worker is told: the submission's work, under the shadow's ticket."""
    return replace(
        job_of(row.submission),
        ticket=row.ticket,
        attempt=row.attempt,
        edition=edition,
        seed=row.seed,
        request=f"regrade-{row.regrade_id}",
    )


def _unsend(services: Services, claimed: list[int], first: Job) -> int:
    """The first that was not heard, and all after it. Returns how many went before."""
    with services.database.write() as session:
        at = session.scalar(select(Shadow.id).where(Shadow.ticket == first.ticket))
        unsent = [one for one in claimed if at is not None and one >= at]
        session.execute(update(Shadow).where(Shadow.id.in_(unsent), Shadow.state == "waiting").values(sent_at=None))
    return len(claimed) - len(unsent)
