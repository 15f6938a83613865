"""A regrade that waits to be published: one check asked for more than the sheet says, and does so no longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from web.crowd.attempts import Rows, Set
from web.database.models import Grade, Regrade, Shadow, Submission

WHY = "One check asked for more than the sheet says."
LOSE = 0.01  # of those who had passed it by luck


def regrade(session: Session, rng: Random, what: Set, rows: Rows, actor: int, moment: datetime) -> None:
    """Of one exercise. rows: all that was written; the grades have their numbers and are shown."""
    row = Regrade(
        assignment=what.row,
        edition=what.task.sheet.edition,
        state="ready",
        why=WHY,
        created_by=actor,
        created_at=moment - timedelta(hours=2),
    )
    session.add(row)
    session.flush()
    mine = {one["id"]: one for one in rows.submissions if one["assignment_id"] == what.row.id}
    again = [_again(rng, one, what.task.checks[-1], moment) for one in rows.grades if one["submission_id"] in mine]
    if again:
        session.execute(insert(Grade), again)
        session.execute(insert(Shadow), [_shadow(row.id, one, mine[one["submission_id"]]["seed"]) for one in again])
        _tie(session, row.id)


def _again(rng: Random, before: dict[str, Any], check: str, moment: datetime) -> dict[str, Any]:
    """A grade in which a check passes that had failed; for few it is the other way round."""
    findings = [_relented(one, rng) if one["check"] == check else one for one in before["report"]["findings"]]
    passes = all(one["passed"] is not False for one in findings)
    report = before["report"] | {"findings": findings} | ({"thoughts": []} if passes else {})
    return before | {
        "ticket": f"again{before['ticket'][5:]}",
        "points": sum(one["points"] for one in findings),
        "codes": [one["code"] for one in report["thoughts"]],
        "verdicts": [[one["check"], one["passed"]] for one in findings],
        "report": report,
        "graded_at": moment - timedelta(hours=1),
        "published_at": None,
    }


def _relented(finding: dict[str, Any], rng: Random) -> dict[str, Any]:
    if finding["passed"] is None:
        return finding
    passed = not finding["passed"] or rng.random() > LOSE
    return finding | {"passed": passed, "points": finding["out_of"] if passed else 0.0, "detail": None}


def _shadow(regrade_id: int, grade: dict[str, Any], seed: str) -> dict[str, Any]:
    return {
        "regrade_id": regrade_id,
        "submission_id": grade["submission_id"],
        "state": "graded",
        "ticket": grade["ticket"],
        "seed": seed,
    }


def _tie(session: Session, regrade_id: int) -> None:
    """Each shadow to the grade that is shown and to its own."""
    shown = select(Submission.grade_id).where(Submission.id == Shadow.submission_id).scalar_subquery()
    own = select(Grade.id).where(Grade.ticket == Shadow.ticket).scalar_subquery()
    session.execute(
        update(Shadow)
        .where(Shadow.regrade_id == regrade_id)
        .values(before_id=shown, grade_id=own)
        .execution_options(synchronize_session=False)
    )
