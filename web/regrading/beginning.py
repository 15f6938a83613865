"""Beginning a regrade: a shadow for each submission that is graded. Feeding them to the workers is feeding.py's."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from grader.errors import ExplainedHere
from web.database.models import Assignment, Audit, Grade, Regrade, Shadow, Submission
from web.services import Services
from web.submissions import new_ticket

OPEN = ("running", "ready")  # neither published nor thrown away
LONGEST = 1000  # characters of a reason


class Refused(ExplainedHere):
    """This cannot be done to a regrade now; `text` says why, and what to do."""


def begin(
    services: Services, assignment_id: int, actor: int, *, new_seeds: bool, why: str, request_id: str = ""
) -> int:
    """The number of a new regrade by the exercise's present edition, committed. Raises Refused.

    new_seeds: with other random inputs; else each is judged with the seed of the grade that is shown now.
    """
    why = reason(why)
    with services.database.write() as session:
        # Of two at once the second waits here, and then finds the first.
        found = select(Assignment).where(Assignment.id == assignment_id).with_for_update(of=Assignment)
        assignment = session.scalars(found).one()
        sheet = services.catalogue.get(assignment.exercise)
        if sheet is None:
            raise Refused("This exercise is not available at the moment.", "这道题暂时不可用。")
        _refuse_second(session, assignment_id)
        regrade = Regrade(
            assignment=assignment,
            edition=sheet.edition,
            new_seeds=new_seeds,
            why=why,
            created_by=actor,
            created_at=services.clock(),
        )
        session.add(regrade)
        session.flush()
        shadows = list(_shadows(session, regrade))
        if not shadows:
            raise Refused("Nothing of this exercise is graded yet.", "这道题还没有已评分的提交。")
        session.execute(insert(Shadow), shadows)
        new = f"{assignment.exercise}, edition {sheet.edition}, {len(shadows)} submissions"
        session.add(audit(services, actor, "regrade begun", regrade.id, new=new, why=why, request_id=request_id))
    return regrade.id


def reason(why: str) -> str:
    """As it is kept. Raises Refused where there is none: students read it where their score changes."""
    why = why.strip()
    if not why:
        raise Refused("Say why: students read it where their score changes.", "请写明原因，成绩有变化的学生会看到。")
    if len(why) > LONGEST:
        raise Refused(
            f"The reason is longer than {LONGEST} characters. Make it shorter.", f"原因超过 {LONGEST} 字，请写短一些。"
        )
    return why


def audit(
    services: Services, actor: int | None, action: str, regrade_id: int, *, request_id: str, **said: str
) -> Audit:
    """A line of the journal about a regrade; said: old, new, why."""
    subject = f"regrade {regrade_id}"
    return Audit(at=services.clock(), actor_id=actor, action=action, subject=subject, request_id=request_id, **said)


def _refuse_second(session: Session, assignment_id: int) -> None:
    found = select(Regrade.id).where(Regrade.assignment_id == assignment_id, Regrade.state.in_(OPEN))
    if session.scalar(found):
        raise Refused(
            "A regrade of this exercise is open already. Publish it or throw it away first.",
            "这道题已有一次未完成的重新评分，请先发布或放弃它。",
        )


def _shadows(session: Session, regrade: Regrade) -> Iterable[dict[str, Any]]:
    found = (
        select(Submission.id, Submission.seed, Grade.id, Grade.seed)
        .join(Grade, Grade.id == Submission.grade_id)
        .where(Submission.assignment_id == regrade.assignment_id, Submission.state == "graded")
        .order_by(Submission.created_at, Submission.id)
    )
    for submission, seed, grade, another_seed in session.execute(found):
        yield {
            "regrade_id": regrade.id,
            "submission_id": submission,
            "ticket": new_ticket(),
            "seed": secrets.token_hex(32) if regrade.new_seeds else another_seed or seed,
            "before_id": grade,
        }
