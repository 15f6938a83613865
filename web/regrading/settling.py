"""The end of a regrade: published, all scores at once, or thrown away, which changes nothing for anybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grader.words import amount
from web.changes import tell
from web.database.models import Course, Grade, Regrade, Shadow, Submission
from web.regrading.beginning import Refused, audit, reason
from web.regrading.difference import Difference
from web.regrading.rows import difference
from web.services import Services


@dataclass(frozen=True)
class Published:
    """How many submissions have a new grade now, and how many students were told of another score."""

    moved: int
    told: int


def publish(services: Services, regrade_id: int, actor: int | None, *, why: str, request_id: str = "") -> Published:
    """Show the new grades, all in one transaction; the old ones are kept. Raises Refused.

    What could not be graded, or was graded anew meanwhile, stays as it is. Each student whose score for the exercise
    becomes another one is told, with the reason.
    """
    why = reason(why)
    with services.database.write() as session:
        regrade = _held(session, regrade_id)
        if regrade.state == "running":
            raise Refused(
                "It is not finished yet. Wait until every submission is graded.", "还没有评完，请等全部提交评分结束。"
            )
        session.get_one(Course, regrade.assignment.course_id, with_for_update={"of": Course}, populate_existing=True)
        found, moment = difference(session, regrade), services.clock()
        moved = _move(session, regrade, services)
        for effect in found.effects:
            new = (effect.student_id, regrade.assignment_id, effect.submission, effect.old, effect.new)
            tell(session, *new, why, moment)
        regrade.state, regrade.settled_at, regrade.why = "published", moment, why
        said = {"old": f"{len(found.lines)} submissions", "new": _said(found, moved), "why": why}
        session.add(audit(services, actor, "regrade published", regrade.id, request_id=request_id, **said))
    return Published(moved, len(found.effects))


def discard(services: Services, regrade_id: int, actor: int | None, *, request_id: str = "") -> None:
    """Throw it away, finished or not. What is still with a worker is not taken any more. Raises Refused."""
    with services.database.write() as session:
        regrade = _held(session, regrade_id)
        old, regrade.state, regrade.settled_at = regrade.state, "discarded", services.clock()
        session.add(audit(services, actor, "regrade thrown away", regrade.id, request_id=request_id, old=old))


def _held(session: Session, regrade_id: int) -> Regrade:
    """Of two that would end it at once, the second waits here and is refused."""
    regrade = session.scalars(select(Regrade).where(Regrade.id == regrade_id).with_for_update(of=Regrade)).one()
    if regrade.state == "published":
        raise Refused("This regrade is published already.", "这次重新评分已经发布。")
    if regrade.state == "discarded":
        raise Refused("This regrade has been thrown away.", "这次重新评分已被放弃。")
    return regrade


def _move(session: Session, regrade: Regrade, services: Services) -> int:
    """How many submissions."""
    ours = (Shadow.regrade_id == regrade.id, Shadow.submission_id == Submission.id, Shadow.state == "graded")
    moving = (
        update(Submission)
        .where(*ours, Submission.state == "graded", Submission.grade_id == Shadow.before_id)
        .values(grade_id=Shadow.grade_id, edition=regrade.edition)
    )
    session.execute(moving.execution_options(synchronize_session=False))
    showing = (
        update(Grade)
        .where(*ours, Grade.id == Shadow.grade_id, Submission.grade_id == Grade.id)
        .values(published_at=services.clock())
    )
    shown: int = session.execute(showing.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    return shown


def _said(found: Difference, moved: int) -> str:
    loss = found.largest_loss
    largest = f", largest loss {amount(-loss.by)} points" if loss else ""
    told = f"{len(found.effects)} students told"
    return f"{moved} moved: {found.stay} stay, {found.gain} gain, {found.lose} lose{largest}; {told}"
