"""Links that let somebody into a course: for one e-mail or for many uses, until a day, and revocable."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from web.accounts.journal import note, user
from web.accounts.sessions import digest
from web.database.base import Role
from web.database.models import ApiToken, Course, Invitation, Membership, User

RANKS: dict[Role, int] = {"student": 0, "assistant": 1, "instructor": 2}
MOST_DAYS = 180
MOST_USES = {"student": 1000, "assistant": 10, "instructor": 10}  # a lost link of a teacher's costs more


@dataclass(frozen=True)
class Terms:
    """As what somebody is let in, who (None: whoever has the link), how many, how long, and into which group."""

    role: Role
    email: str | None = None
    uses: int = 1
    days: int = 14
    group: str = ""


def may_invite(own: Role | None, wanted: Role) -> bool:
    """An instructor may make anything of anybody, an assistant students."""
    return own == "instructor" or (own == "assistant" and wanted == "student")


def make(session: Session, course: Course, terms: Terms, maker: int | None, moment: datetime) -> str:
    """The token of a new link, which nobody can read afterwards. maker: None for the operator's command."""
    token = secrets.token_urlsafe(24)
    made = Invitation(
        id=digest(token),
        course_id=course.id,
        role=terms.role,
        group=terms.group,
        email=terms.email and terms.email.lower(),
        uses_left=1 if terms.email else terms.uses,
        created_by=maker,
        created_at=moment,
        expires_at=moment + timedelta(days=terms.days),
    )
    session.add(made)
    note(session, moment, "invitation made", maker, _name(made), new=f"{terms.role} of {course.slug}")
    return token


def find(session: Session, token: str, moment: datetime) -> Invitation | None:
    """The invitation, where it can still be used."""
    return session.scalar(select(Invitation).where(Invitation.id == digest(token), *_usable(moment)))


def usable(session: Session, course_id: int, moment: datetime) -> list[Invitation]:
    """A course's links that still open, the newest first; those of one roster by e-mail."""
    found = select(Invitation).where(Invitation.course_id == course_id, *_usable(moment))
    return list(session.scalars(found.order_by(Invitation.created_at.desc(), Invitation.email, Invitation.id)))


def for_email(session: Session, email: str, moment: datetime) -> list[Invitation]:
    """What waits for the owner of this e-mail."""
    return list(session.scalars(select(Invitation).where(Invitation.email == email, *_usable(moment))))


def revoke(session: Session, found: Invitation, actor: int, moment: datetime) -> None:
    """Nobody comes in by it any more; who has, stays."""
    found.revoked_at = moment
    note(session, moment, "invitation revoked", actor, _name(found))


def join(session: Session, found: Invitation, person: User, moment: datetime) -> bool:
    """Let a person in, or up. False where the link is not theirs, or others were quicker. Spends no use for nothing."""
    if found.email not in {None, person.email}:
        return False
    # One after the other: somebody who clicks twice must not be told the second time that the link is used up.
    session.execute(select(Invitation.id).where(Invitation.id == found.id).with_for_update())
    membership = session.get(Membership, (found.course_id, person.id))
    if membership and RANKS[membership.role] >= RANKS[found.role]:
        return True
    if not _spend(session, found, moment):
        return False
    note(session, moment, "invitation used", person.id, _name(found), new=found.role)
    if membership:
        change_role(session, membership, found.role, person.id, moment)
    else:
        session.add(
            Membership(
                course_id=found.course_id, user_id=person.id, role=found.role, group=found.group, created_at=moment
            )
        )
    return True


def change_role(session: Session, membership: Membership, role: Role, actor: int, moment: datetime) -> None:
    """A token that was made as a student does not become a teacher's: who rises makes new ones."""
    about = f"{user(membership.user_id)} in course {membership.course_id}"
    note(session, moment, "role changed", actor, about, old=membership.role, new=role)
    if RANKS[role] > RANKS[membership.role]:
        revoke_tokens(session, membership.user_id, moment)
    membership.role = role


def change_group(session: Session, membership: Membership, group: str, actor: int, moment: datetime) -> None:
    """Put a member into another group; empty: into none."""
    about = f"{user(membership.user_id)} in course {membership.course_id}"
    note(session, moment, "group changed", actor, about, old=membership.group, new=group)
    membership.group = group


def revoke_tokens(session: Session, user_id: int, moment: datetime) -> None:
    """No program can act for them any more, until they make new tokens."""
    theirs = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    session.execute(update(ApiToken).where(*theirs).values(revoked_at=moment))


def _usable(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return Invitation.uses_left > 0, Invitation.revoked_at.is_(None), Invitation.expires_at > moment


def _spend(session: Session, found: Invitation, moment: datetime) -> bool:
    """One use, where there still is one: counted by the database, for many may come at once."""
    counted = update(Invitation).where(Invitation.id == found.id, *_usable(moment))
    spent = counted.values(uses_left=Invitation.uses_left - 1).returning(Invitation.id)
    return session.scalar(spent.execution_options(synchronize_session=False)) is not None


def _name(found: Invitation) -> str:
    return f"invitation {found.id[:12]}"
