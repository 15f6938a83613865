"""What the page of repositories shows: each with its tokens and its last pushes, read in three queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from web.database.models import ApiToken, Course, Membership, Push, Repository, User
from web.pushes import linking
from web.settings import Settings

PUSHES = 5  # the last ones


@dataclass(frozen=True)
class Shown:
    """A repository. fetched, identified: whether the operator has listed its host, and an issuer for its CI."""

    row: Repository
    address: str
    fetched: bool
    identified: bool
    tokens: tuple[ApiToken, ...]
    pushes: tuple[Push, ...]


def repositories(
    session: Session, settings: Settings, course: Course, student: int | None, moment: datetime
) -> list[Shown]:
    """Of one student, or of all."""
    rows = linking.alive(session, course.id, student)
    ids = [row.id for row in rows]
    tokens, pushes = _tokens(session, ids, moment), _pushes(session, ids)
    hosts, issued = {one.name for one in settings.git_hosts}, {one.host for one in settings.ci_issuers}
    return [
        Shown(
            row,
            linking.address_of(settings, row),
            row.host in hosts,
            row.host in issued,
            tuple(tokens[row.id]),
            tuple(pushes[row.id]),
        )
        for row in rows
    ]


def students(session: Session, course: Course) -> list[tuple[int, str]]:
    """For whom staff may link one."""
    found = select(User.id, User.name).join(Membership).where(Membership.course_id == course.id)
    return [(row.id, row.name) for row in session.execute(found.order_by(User.name, User.id))]


def _tokens(session: Session, ids: list[int], moment: datetime) -> dict[int, list[ApiToken]]:
    """Those that still open something; those of single runs of CI come and go."""
    good = (ApiToken.revoked_at.is_(None), ApiToken.expires_at > moment, ApiToken.commit.is_(None))
    found: dict[int, list[ApiToken]] = defaultdict(list)
    rows = select(ApiToken).where(ApiToken.repository_id.in_(ids), *good).order_by(ApiToken.id.desc())
    for token in session.scalars(rows):
        found[token.repository_id or 0].append(token)
    return found


def _pushes(session: Session, ids: list[int]) -> dict[int, list[Push]]:
    place = func.row_number().over(partition_by=Push.repository_id, order_by=Push.id.desc()).label("place")
    ranked = select(Push.id, place).where(Push.repository_id.in_(ids)).subquery()
    found: dict[int, list[Push]] = defaultdict(list)
    newest = select(Push).join(ranked, ranked.c.id == Push.id).where(ranked.c.place <= PUSHES)
    for push in session.scalars(newest.order_by(Push.id.desc())):
        found[push.repository_id].append(push)
    return found
