"""Handing in: the row is committed before anybody is told, so that nothing accepted is ever lost."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import BindParameter, String, and_, bindparam, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer_group

from grader.calls import File, Note
from grader.files import Source
from grader.messages import Fault, Job, Lane
from grader.plain import from_plain, to_plain
from web.database.base import STAFF, Role
from web.database.models import Arrangement, Assignment, Audit, Membership, Regrade, Shadow, Submission
from web.graders import choose_device
from web.pushes.origin import Origin
from web.refusals import Refused, refuse_late
from web.services import Services
from web.terms import terms_of

SENDINGS = 3  # after so many a submission is ours to mend
PAUSE = timedelta(seconds=45)  # in which a deployment may end, and workers have the exercises that the site has
AT_ONCE = 3  # of one person, that may wait in the first lane
FIRST: Lane = "students"

# Asked for every submission, so that they are built once: to build one takes longer than to ask it.
USER: BindParameter[int] = bindparam("user")
ASSIGNMENT: BindParameter[int] = bindparam("assignment")
ASKED = (
    select(Assignment, Membership.role, Arrangement)
    .outerjoin(Membership, and_(Membership.course_id == Assignment.course_id, Membership.user_id == USER))
    .outerjoin(Arrangement, and_(Arrangement.assignment_id == Assignment.id, Arrangement.user_id == USER))
    .where(Assignment.id == ASSIGNMENT)
    .with_for_update(read=True, key_share=True, of=Assignment)  # it stays in the course until this is committed
)
BEFORE = select(
    select(func.max(Submission.number))
    .where(Submission.assignment_id == ASSIGNMENT, Submission.user_id == USER)
    .scalar_subquery()
    .label("last"),
    select(func.count())
    .select_from(Submission)
    .where(Submission.user_id == USER, Submission.state == "waiting")
    .scalar_subquery()
    .label("waiting"),
)
LANE = bindparam("lane", type_=String)
IN_FRONT = select(func.count()).where(
    Submission.state == "waiting",
    Submission.began_at.is_(None),
    Submission.device == bindparam("device"),
    or_(
        and_(Submission.lane == LANE, Submission.created_at < bindparam("since")),
        and_(Submission.lane == FIRST, LANE != FIRST),
    ),
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """What somebody hands in. `key`: the same one twice is the same submission; so is the same commit."""

    source: Source
    origin: Literal["page", "api", "push"] = "page"
    key: str | None = None
    request_id: str = ""
    made_from: Origin = Origin()
    at: datetime | None = None  # when it came, where that was before now


def accept(services: Services, user_id: int, assignment_id: int, upload: Upload) -> Submission:
    """The submission, committed and, where the broker hears us, on its way. Raises Refused."""
    with services.database.write() as session:
        _lock(session, assignment_id, user_id)
        known = _known(session, user_id, assignment_id, upload.key) or _same_commit(
            session, user_id, assignment_id, upload.made_from
        )
        if known:
            return known
        asked = session.execute(ASKED, {"assignment": assignment_id, "user": user_id}).first()
        if asked is None:
            raise Refused("gone", "This exercise is no longer part of the course.", "这道题已不在这门课程中。")
        assignment, role, arrangement = asked
        terms, moment = terms_of(assignment, arrangement), upload.at or services.clock()
        refuse_late(session, assignment, user_id, moment, staff=role in STAFF, terms=terms)
        submission = _row(services, session, user_id, assignment, upload)
        session.add(submission)
        session.add(
            Audit(
                at=submission.created_at,
                actor_id=user_id,
                action="submitted",
                submission=submission,
                request_id=upload.request_id,
            )
        )
    send(services, submission)
    return submission


def send(services: Services, submission: Submission) -> bool:
    """Ring for a submission that waits. Where the broker is away, the row says so to the reconciler."""
    choose_device(services, submission)
    if services.doorbell.ring(job_of(submission), cast("Lane", submission.lane)):
        return True
    unsent = (
        update(Submission)
        .where(Submission.id == submission.id, Submission.ticket == submission.ticket)
        .values(sent_at=None)
    )
    try:
        with services.database.write() as session:
            session.execute(unsent)
    except SQLAlchemyError as error:  # it is committed, and must not be called lost: it is found overdue
        log.warning("%s could not be marked as unsent: %s", submission.id, type(error).__name__)
    return False


def job_of(submission: Submission) -> Job:
    """What the worker is told of a submission."""
    assignment = submission.assignment
    return Job(
        submission=submission.id,
        ticket=submission.ticket,
        attempt=submission.attempt,
        exercise=assignment.exercise,
        edition=submission.edition,
        files=from_plain(tuple[File, ...], submission.files, "files"),
        seed=submission.seed,
        device=submission.device,
        notes=from_plain(tuple[Note, ...], submission.notes, "notes"),
        request=submission.request_id,
    )


def new_ticket() -> str:
    """128 random bits: who does not hold the current one cannot speak for a submission."""
    return secrets.token_hex(16)


def role_of(session: Session, user_id: int, course_id: int) -> Role | None:
    """What somebody is in a course; None for a stranger."""
    membership = session.get(Membership, (course_id, user_id))
    return membership.role if membership else None


def place_in_queue(session: Session, submission: Submission) -> int:
    """How many wait in front of this one: earlier ones of its lane, and the first lane goes before the other."""
    known = {"device": submission.device, "lane": submission.lane, "since": submission.created_at}
    found = session.scalar(IN_FRONT, known)
    return (found or 0) + (0 if submission.lane == FIRST else _shadows_before(session, submission))


def _shadows_before(session: Session, submission: Submission) -> int:
    """Work that is graded again in the background shares the other lane."""
    since = submission.sent_at or submission.created_at
    found = select(func.count()).select_from(Shadow).join(Regrade, Regrade.id == Shadow.regrade_id)
    on_its_way = (Shadow.state == "waiting", Shadow.sent_at < since, Shadow.began_at.is_(None))
    return session.scalar(found.where(Regrade.state == "running", *on_its_way)) or 0


def fault_of(submission: Submission) -> Fault | None:
    """Why a submission is ours to mend."""
    return from_plain(Fault, submission.fault, "fault") if submission.fault else None


def _lock(session: Session, assignment_id: int, user_id: int) -> None:
    """Two uploads of one student for one exercise wait for each other, or both would be the last attempt."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(assignment_id, user_id)))


def _known(session: Session, user_id: int, assignment_id: int, key: str | None) -> Submission | None:
    if not key:
        return None
    found = select(Submission).where(
        Submission.user_id == user_id,
        Submission.assignment_id == assignment_id,
        Submission.idempotency_key == key,
    )
    return session.scalar(found.options(undefer_group("work")))


def _same_commit(session: Session, user_id: int, assignment_id: int, origin: Origin) -> Submission | None:
    """A commit is handed in once, by however many workflows; but for one that was lost through us."""
    if not origin.commit:
        return None
    found = select(Submission).where(
        Submission.user_id == user_id,
        Submission.assignment_id == assignment_id,
        Submission.commit == origin.commit,
        Submission.state != "ours",
    )
    return session.scalar(found.order_by(Submission.number).limit(1).options(undefer_group("work")))


def _row(services: Services, session: Session, user_id: int, assignment: Assignment, upload: Upload) -> Submission:
    sheet = services.catalogue.get(assignment.exercise)
    if sheet is None:
        raise Refused("gone", "This exercise is not available at the moment.", "这道题暂时不可用。")
    before = session.execute(BEFORE, {"assignment": assignment.id, "user": user_id}).one()
    return Submission(
        id=secrets.token_urlsafe(12),
        assignment=assignment,
        user_id=user_id,
        number=(before.last or 0) + 1,
        state="waiting",
        files=to_plain(tuple[File, ...], upload.source.files),
        notes=to_plain(tuple[Note, ...], upload.source.notes),
        seed=secrets.token_hex(32),
        edition=sheet.edition,
        lane=FIRST if before.waiting < AT_ONCE else "regrades",  # one person holds up no class; nothing is refused
        source=upload.origin,
        commit=upload.made_from.commit or None,
        branch=upload.made_from.branch or None,
        repository=upload.made_from.repository or None,
        created_at=upload.at or services.clock(),
        ticket=new_ticket(),
        attempt=0,
        sent_at=services.clock(),  # it will be, in a moment; who is killed before is found overdue
        idempotency_key=upload.key,
        request_id=upload.request_id,
    )
