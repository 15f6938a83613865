"""What workers say of shadows, written down by the recorder. Nothing here touches what is shown of a submission."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.messages import Fault, Graded, Message, Report
from web.database.models import Regrade, Shadow
from web.grades import grade_of
from web.services import Services
from web.submissions import PAUSE, SENDINGS, new_ticket

log = logging.getLogger(__name__)


def record(services: Services, session: Session, message: Message) -> bool:
    """Whether this is about a shadow that waits under just this ticket, in a regrade that nobody has stopped."""
    found = (
        select(Shadow)
        .join(Regrade, Regrade.id == Shadow.regrade_id)
        .where(
            Shadow.ticket == message.ticket,
            Shadow.submission_id == message.submission,
            Shadow.state == "waiting",
            Regrade.state == "running",
        )
    )
    row = session.scalar(found.with_for_update(of=Shadow))
    if row is None:
        return False
    if isinstance(message, Graded):
        _graded(services, session, row, message.report)
    elif isinstance(message, Fault):
        _fault(services, row, message)
    else:  # a sign of life: from the last one on the reconciler waits for the next
        row.began_at = services.clock()
    return True


def _graded(services: Services, session: Session, row: Shadow, report: Report) -> None:
    grade = grade_of(report, row.submission_id, row.ticket, services.clock())
    grade.seed = row.seed
    session.add(grade)
    session.flush()  # for its number
    row.state, row.grade_id = "graded", grade.id


def _fault(services: Services, row: Shadow, fault: Fault) -> None:
    """Tried again like a student's: at once, then after a pause; one of the exercise's would only come again."""
    log.error("fault (%s) in regrade %s: %s", fault.whose, row.regrade_id, fault.detail)
    row.attempt += 1
    if fault.whose != "ours" or row.attempt >= SENDINGS:
        give_up(row, fault.detail)
        return
    first = row.attempt == 1
    row.ticket, row.began_at = new_ticket(), None
    row.sent_at = None if first else services.clock() + PAUSE  # it is found overdue then


def give_up(row: Shadow, detail: str) -> None:
    """It stays as it was graded before: nothing is lost for anybody, and staff see it in the difference."""
    row.state, row.fault = "ours", {"detail": detail}
