"""What the rows say of a regrade: a line for each submission, and what would become of each student's score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from web.database.base import Counts
from web.database.models import Arrangement, Grade, Membership, Regrade, Shadow, Submission, User
from web.regrading.difference import Difference, Effect, Line, Verdict
from web.terms import Terms, terms_of, value
from web.work import which

Before, After = aliased(Grade, name="before"), aliased(Grade, name="after")


@dataclass(frozen=True)
class Try:
    """A graded submission, with the points that it has and those that it would have."""

    submission: str
    number: int
    created_at: datetime
    old: float
    new: float


def difference(session: Session, regrade: Regrade) -> Difference:
    """All of it. Of one that is published: what was changed then."""
    lines = tuple(_line(row, regrade) for row in session.execute(_lines(regrade.id)))
    return Difference(lines, tuple(_effects(session, regrade, {line.submission: line for line in lines})))


def line_of(session: Session, regrade: Regrade, shadow: int) -> Line | None:
    """One submission of it."""
    row = session.execute(_lines(regrade.id).where(Shadow.id == shadow)).first()
    return _line(row, regrade) if row else None


def _lines(regrade_id: int) -> Select[*tuple[Any, ...]]:
    known = ("points", "out_of", "codes", "verdicts")
    return (
        select(
            Shadow.id.label("shadow"),
            Shadow.state,
            Shadow.fault,
            Shadow.before_id,
            Submission.id.label("submission"),
            Submission.number,
            Submission.grade_id,
            User.id.label("student_id"),
            User.name.label("student"),
            After.published_at,
            *(getattr(Before, name).label(f"before_{name}") for name in known),
            *(getattr(After, name).label(f"after_{name}") for name in known),
        )
        .join(Submission, Submission.id == Shadow.submission_id)
        .join(User, User.id == Submission.user_id)
        .join(Before, Before.id == Shadow.before_id)
        .outerjoin(After, After.id == Shadow.grade_id)
        .where(Shadow.regrade_id == regrade_id)
        .order_by(User.name, User.id, Submission.number)
    )


def _line(row: Row[*tuple[Any, ...]], regrade: Regrade) -> Line:
    """Published or not, what was graded anew meanwhile is told by what was not moved, or will not be."""
    if regrade.state == "published":
        renewed = row.after_points is not None and row.published_at is None
    else:
        renewed = row.grade_id != row.before_id
    return Line(
        shadow=row.shadow,
        submission=row.submission,
        number=row.number,
        student_id=row.student_id,
        student=row.student,
        before=_verdict(row.before_points, row.before_out_of, row.before_codes, row.before_verdicts),
        after=None
        if row.after_points is None
        else _verdict(row.after_points, row.after_out_of, row.after_codes, row.after_verdicts),
        renewed=renewed,
        waiting=row.state == "waiting",
        trouble=(row.fault or {}).get("detail", ""),
    )


def _verdict(points: float, out_of: float, codes: list[str], verdicts: list[Any] | None) -> Verdict:
    return Verdict(points, out_of, tuple(codes), tuple((check, passed) for check, passed in verdicts or ()))


# Students -----------------------------------------------------------------------------------------


def _effects(session: Session, regrade: Regrade, lines: Mapping[str, Line]) -> Iterable[Effect]:
    """Of those who study in the course, by name. Who is excused, or has points set by staff, keeps what counts."""
    tries = _tries(session, regrade, lines)
    assignment = regrade.assignment
    found = select(Arrangement).where(Arrangement.assignment_id == assignment.id)
    arranged = {row.user_id: row for row in session.scalars(found)}
    students = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.course_id == assignment.course_id, Membership.role == "student")
        .order_by(User.name, User.id)
    )
    for user_id, name in session.execute(students):
        terms = terms_of(assignment, arranged.get(user_id))
        effect = effect_on(user_id, name, tries.get(user_id, ()), terms, assignment.course.counts)
        if effect.by:
            yield effect


def effect_on(user_id: int, name: str, tries: Iterable[Try], terms: Terms, counts: Counts) -> Effect:
    """What counts of a student before and after, by the terms that hold for them."""
    if terms.excused or terms.points is not None:
        return Effect(user_id, name, None, None)
    known = {one.number: one for one in tries}
    old = {one.number: value(terms, one.old, one.created_at) for one in known.values()}
    new = {one.number: value(terms, one.new, one.created_at) for one in known.values()}
    was, is_now = which(old.items(), counts), which(new.items(), counts)
    if was is None or is_now is None:
        return Effect(user_id, name, None, None)
    return Effect(user_id, name, old[was], new[is_now], known[is_now].submission)


def _tries(session: Session, regrade: Regrade, lines: Mapping[str, Line]) -> dict[int, list[Try]]:
    """By student. What was handed in after the publishing has no part in it."""
    columns = (Submission.id, Submission.number, Submission.user_id, Submission.created_at, Grade.points)
    found = select(*columns).join(Grade, Grade.id == Submission.grade_id)
    found = found.where(Submission.assignment_id == regrade.assignment_id, Submission.state == "graded")
    if regrade.settled_at:
        found = found.where(Submission.created_at <= regrade.settled_at)
    tries: dict[int, list[Try]] = defaultdict(list)
    for row in session.execute(found):
        line = lines.get(row.id)
        old = new = row.points
        if line and line.counts and line.after:
            old, new = line.before.points, line.after.points
        tries[row.user_id].append(Try(row.id, row.number, row.created_at, old, new))
    return tries
