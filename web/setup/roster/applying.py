"""A roster carried out, in the transaction of its caller: members, roles, groups, and links for who has no account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from web.accounts import invitations
from web.accounts.invitations import Terms
from web.accounts.journal import note, user
from web.database.models import Course, Invitation, Membership
from web.setup.roster.planning import Entry, Plan

DAYS = 60  # that a link of a roster is good for


@dataclass(frozen=True)
class Link:
    """How somebody without an account comes in: shown once, and kept as a hash."""

    name: str
    email: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Carrying:
    """What is needed throughout: who does it, where, when."""

    session: Session
    course: Course
    actor: int
    moment: datetime


def carry_out(by: Carrying, plan: Plan, *, renew: bool = False) -> list[Link]:
    """The links that were made. renew: also for those who have got one before, which no longer opens then."""
    open_ones: dict[str, list[Invitation]] = {}
    for one in invitations.usable(by.session, by.course.id, by.moment):
        open_ones.setdefault(one.email or "", []).append(one)
    made = []
    for entry in plan.entries:
        if entry.kind == "changed":
            _change(by, entry)
        elif entry.kind != "same" and (entry.kind != "waiting" or renew):
            for old in open_ones.get(entry.email, []):
                invitations.revoke(by.session, old, by.actor, by.moment)
            made += _let_in(by, entry)
    counts = ", ".join(f"{kind} {len(plan.of(kind))}" for kind in ("added", "invited", "changed"))
    note(
        by.session, by.moment, "roster applied", by.actor, f"course {by.course.id}", new=f"{counts}, links {len(made)}"
    )
    return made


def _let_in(by: Carrying, entry: Entry) -> list[Link]:
    if entry.user_id is None:
        terms = Terms(entry.role, entry.email, days=DAYS, group=entry.group)
        return [Link(entry.name, entry.email, invitations.make(by.session, by.course, terms, by.actor, by.moment))]
    made = Membership(
        course_id=by.course.id, user_id=entry.user_id, role=entry.role, group=entry.group, created_at=by.moment
    )
    by.session.add(made)
    about = f"{user(entry.user_id)} in course {by.course.id}"
    note(by.session, by.moment, "member added", by.actor, about, new=f"{entry.role} {entry.group}".strip())
    return []


def _change(by: Carrying, entry: Entry) -> None:
    member = by.session.get_one(Membership, (by.course.id, entry.user_id))
    if member.role != entry.role:
        invitations.change_role(by.session, member, entry.role, by.actor, by.moment)
    if member.group != entry.group:
        invitations.change_group(by.session, member, entry.group, by.actor, by.moment)
