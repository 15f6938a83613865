"""A class counted by the database: it has attempts by ten thousands, and what is read of them is a row a student."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from web.database.models import Course, Grade, Submission
from web.overview.statistics import Tally

SHARE = case((Grade.out_of > 0, Grade.points / Grade.out_of), (Grade.id.is_not(None), 1.0))  # of all points


@dataclass(frozen=True)
class Counted:
    """Everybody's work at one exercise in short. former: grades of another edition than the catalogue's."""

    tallies: tuple[Tally, ...]
    former: int


def counted(
    session: Session, course: Course, members: Container[int], editions: Mapping[int, str | None]
) -> dict[int, Counted]:
    """By exercise (assignment id), of these students. The database counts: a class has attempts by ten thousands."""
    found: dict[int, dict[int, Tally]] = {}
    former: dict[int, int] = {}
    for number, edition, row in _tallies(session, editions):
        if row.user_id in members:
            told = found.setdefault(number, {})
            told[row.user_id] = _together(told.get(row.user_id), row)
            if edition and edition != editions[number]:
                former[number] = former.get(number, 0) + row.graded
    last = _last_scores(session, editions) if course.counts == "last" else {}
    return {
        number: Counted(
            tuple(
                one._replace(score=last[number, one.user_id]) if last and one.graded else one for one in told.values()
            ),
            former.get(number, 0),
        )
        for number, told in found.items()
    }


def _tallies(session: Session, assignments: Iterable[int]) -> Iterator[tuple[int, str | None, Tally]]:
    """(assignment id, edition, what was graded by it), with the best score."""
    found = (
        select(
            Submission.assignment_id,
            Grade.edition,
            Submission.user_id,
            func.count(),
            func.count(Grade.id),
            func.sum(case((Submission.state == "ours", 1), else_=0)),
            func.max(case((Grade.points >= Grade.out_of, 1), else_=0)),
            func.max(SHARE),
        )
        .outerjoin(Grade, Grade.id == Submission.grade_id)
        .where(Submission.assignment_id.in_(assignments))
        .group_by(Submission.assignment_id, Submission.user_id, Grade.edition)
    )
    for number, edition, user_id, attempts, graded, ours, passed, score in session.execute(found):
        yield number, edition, Tally(user_id, attempts, graded, ours, bool(passed), score)


def _together(one: Tally | None, other: Tally) -> Tally:
    """What somebody has by two editions."""
    if one is None:
        return other
    return Tally(
        one.user_id,
        one.attempts + other.attempts,
        one.graded + other.graded,
        one.ours + other.ours,
        one.passed or other.passed,
        max((score for score in (one.score, other.score) if score is not None), default=None),
    )


def _last_scores(session: Session, assignments: Iterable[int]) -> dict[tuple[int, int], float]:
    """By (assignment id, user id): what the last graded attempt is worth."""
    shown = Grade.id == Submission.grade_id
    last = (
        select(Submission.assignment_id, Submission.user_id, func.max(Submission.number).label("number"))
        .where(Submission.assignment_id.in_(assignments), Submission.grade_id.is_not(None))
        .group_by(Submission.assignment_id, Submission.user_id)
        .subquery()
    )
    same = (getattr(Submission, name) == last.c[name] for name in ("assignment_id", "user_id", "number"))
    found = select(Submission.assignment_id, Submission.user_id, SHARE).join(Grade, shown).join(last, and_(*same))
    return {(number, user_id): share for number, user_id, share in session.execute(found)}
