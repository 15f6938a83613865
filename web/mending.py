"""What was ours to mend is graded again when staff say so, also after the deadline: the fault was ours."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from web.database.models import Assignment, Audit, Submission
from web.services import Services
from web.submissions import new_ticket, send


def ours_in(session: Session, course_id: int) -> int:
    """How many submissions of a course wait for us."""
    return len(session.scalars(_ours(course_id)).all())


def grade_again(services: Services, course_id: int, actor_id: int, request_id: str, only: str | None = None) -> int:
    """Send all of a course's, or one of them, as if they came in now; how many. Who did so is in the audit."""
    with services.database.write() as session:
        found = _ours(course_id)
        rows = session.scalars((found.where(Submission.id == only) if only else found).with_for_update()).all()
        for row in rows:
            _renew(services, session, row)
            session.add(
                Audit(
                    at=services.clock(),
                    actor_id=actor_id,
                    action="sent again",
                    submission_id=row.id,
                    request_id=request_id,
                )
            )
        session.flush()
        for row in rows:
            session.refresh(row, ("assignment", "files", "notes"))
    for row in rows:
        send(services, row)
    return len(rows)


def _ours(course_id: int) -> Select[Submission]:
    return (
        select(Submission)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, Submission.state == "ours")
    )


def _renew(services: Services, session: Session, row: Submission) -> None:
    """The exercise may have been mended meanwhile, so it is asked for as it is now."""
    sheet = services.catalogue.get(session.get_one(Assignment, row.assignment_id).exercise)
    row.edition = sheet.edition if sheet else row.edition
    row.state, row.fault, row.ticket, row.attempt = "waiting", None, new_ticket(), 0
    row.sent_at, row.began_at, row.checks_done, row.checks_of = services.clock(), None, 0, 0
