"""The rows of what was handed in: submissions, their grades, and what the journal says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from grader.calls import File
from grader.messages import Fault
from grader.plain import to_plain
from web.crowd.judging import BROKEN, Judged, code, judged
from web.crowd.stories import Pupil, Task, Turn
from web.database.models import Assignment, Audit, Grade, Submission

DAY = timedelta(days=1)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
FORMER = "0123456789abcdef"  # an edition that the catalogue no longer has


@dataclass(frozen=True)
class Set:
    """An exercise as it is set in this class, and what is thought in it."""

    row: Assignment
    task: Task
    opens: datetime
    deadline: datetime


@dataclass(frozen=True)
class Story:
    """All attempts of one student at one exercise."""

    user_id: int
    who: Pupil
    what: Set
    turns: list[Turn]


def _moments(rng: Random, one: Story, moment: datetime) -> list[datetime]:
    """When each attempt came: minutes to hours after one another, most on the last days."""
    last = min(one.what.deadline + (2.5 * DAY if rng.random() < 0.05 else timedelta()), moment)
    room = last - one.what.opens
    begun = last - room * min(rng.expovariate(4) * (1.6 - one.who.haste), 0.98) - timedelta(minutes=5)
    gaps = [rng.lognormvariate(2.8, 1.1) for _ in one.turns]  # minutes
    scale = min(1.0, (last - begun) / timedelta(minutes=sum(gaps)))
    found = [begun]
    for gap in gaps[1:]:
        found.append(found[-1] + timedelta(minutes=gap * scale))
    return found


@dataclass(frozen=True)
class Rows:
    """What is written, by table, in the order in which it can be."""

    submissions: list[dict[str, Any]]
    grades: list[dict[str, Any]]
    audit: list[dict[str, Any]]

    @property
    def tables(self) -> tuple[tuple[Any, list[dict[str, Any]]], ...]:
        return (
            (Submission.__table__, self.submissions),
            (Grade.__table__, self.grades),
            (Audit.__table__, self.audit),
        )


def rows_of(rng: Random, stories: list[Story], moment: datetime) -> Rows:
    """Every attempt of all stories, as it stands some time later."""
    rows = Rows([], [], [])
    known: dict[tuple[str, Turn], tuple[Judged, list[Any]]] = {}
    for one in stories:
        task = one.what.task
        for number, (turn, when) in enumerate(zip(one.turns, _moments(rng, one, moment), strict=True), 1):
            key = (task.sheet.name, turn)
            if key not in known:  # most attempts are like many others
                known[key] = judged(task, turn), to_plain(tuple[File, ...], (code(task.sheet, turn),))
            _write(rows, _submission(rng, one, number, turn, when, known[key][1]), turn, known[key][0])
    return rows


def _write(rows: Rows, submission: dict[str, Any], turn: Turn, result: Judged) -> None:
    """A submission, what became of it, and the lines of the journal."""
    ready = submission["created_at"] + timedelta(milliseconds=180)
    rows.submissions.append(submission)
    rows.audit.append(_line(submission, submission["created_at"], "submitted", actor=submission["user_id"]))
    if turn.fate == "ours":
        rows.audit.append(_line(submission, ready, "fault", why=BROKEN.detail))
        return
    rows.grades.append(_grade(submission, result, ready))
    rows.audit.append(_line(submission, ready, "graded", new=f"{result.points:g}"))


def _submission(rng: Random, one: Story, number: int, turn: Turn, when: datetime, files: list[Any]) -> dict[str, Any]:
    former = one.what.row.position == 2 and when < one.what.deadline - 2 * DAY
    ours = turn.fate == "ours"
    return {
        "id": "".join(rng.choices(LETTERS, k=16)),
        "assignment_id": one.what.row.id,
        "user_id": one.user_id,
        "number": number,
        "state": "ours" if ours else "graded",
        "files": files,
        "notes": [],
        "seed": f"{rng.getrandbits(256):064x}",
        "edition": FORMER if former else one.what.task.sheet.edition,
        "created_at": when,
        "ticket": f"{rng.getrandbits(128):032x}",
        "attempt": 2 if ours else 0,
        "sent_at": when,
        "began_at": when,
        "fault": to_plain(Fault, BROKEN) if ours else None,
    }


def _grade(submission: dict[str, Any], result: Judged, ready: datetime) -> dict[str, Any]:
    of_submission = {name: submission[name] for name in ("seed", "edition")}
    return {
        "submission_id": submission["id"],
        "ticket": submission["ticket"],
        "points": result.points,
        "out_of": result.out_of,
        "edition": submission["edition"],
        "codes": result.codes,
        "verdicts": result.verdicts,
        "report": result.plain | of_submission,
        "graded_at": ready,
        "published_at": ready,
    }


def _line(
    submission: dict[str, Any], at: datetime, action: str, *, actor: int | None = None, new: str = "", why: str = ""
) -> dict[str, Any]:
    return {
        "at": at, "actor_id": actor, "action": action, "submission_id": submission["id"], "new": new, "why": why,
    }  # fmt: skip
