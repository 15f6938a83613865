"""What a roster would change in a course: looked at before it is done, and done only as it was looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader.messages import Text
from web.accounts import invitations
from web.database.base import Role
from web.database.models import Course, Invitation, Membership, User
from web.setup.roster.reading import Line, Mistake, Roster

Kind = Literal["added", "invited", "waiting", "changed", "same"]
ACTS: tuple[Kind, ...] = ("added", "invited", "changed")


@dataclass(frozen=True)
class Entry:
    """One line of the file beside the course.

    added: has an account, comes into the course; invited: has none, gets a link; waiting: has got one before;
    changed: is in the course, as something else or in another group. before: (role, group); None for who is not in it.
    """

    line: int
    email: str
    name: str
    kind: Kind
    role: Role
    group: str
    before: tuple[Role, str] | None = None
    user_id: int | None = None

    @property
    def acts_on_staff(self) -> bool:
        """Whether it makes somebody staff, or makes something else of a member."""
        until_now: Role = self.before[0] if self.before else "student"
        return self.kind in ACTS and self.role != until_now


@dataclass(frozen=True)
class Plan:
    """absent: members of whom the file says nothing; they stay as they are."""

    entries: tuple[Entry, ...]
    absent: tuple[Membership, ...]
    mistakes: tuple[Mistake, ...]
    ignored: tuple[str, ...]

    def of(self, kind: Kind) -> list[Entry]:
        return [one for one in self.entries if one.kind == kind]

    @property
    def acts(self) -> bool:
        return any(one.kind in ACTS for one in self.entries)

    @property
    def acts_on_staff(self) -> bool:
        return any(one.acts_on_staff for one in self.entries)

    @property
    def digest(self) -> str:
        """What would be done, in a few letters: another file, or a course that has changed meanwhile, has others."""
        done = [(one.email, one.kind, one.role, one.group, one.before) for one in self.entries if one.kind in ACTS]
        return hashlib.sha256(json.dumps(done).encode()).hexdigest()


@dataclass(frozen=True)
class Known:
    """Who is in the course, who has an account, and who was invited, by e-mail."""

    members: dict[str, Membership]
    accounts: dict[str, int]
    invited: dict[str, list[Invitation]]


def plan(session: Session, course: Course, roster: Roster, asker: int, moment: datetime) -> Plan:
    """asker: who brings the roster; nobody makes something else of themselves."""
    known = look_up(session, course, {line.email for line in roster.lines}, moment)
    entries = tuple(_entry(line, known) for line in roster.lines)
    mistakes = (*roster.mistakes, *_own(entries, asker))
    named = {one.email for one in entries}
    absent = tuple(member for email, member in known.members.items() if email not in named)
    return Plan(entries, absent, tuple(sorted(mistakes, key=lambda one: one.line)), roster.ignored)


def look_up(session: Session, course: Course, emails: set[str], moment: datetime) -> Known:
    """All that has to be known of these people, in three questions."""
    rows = select(Membership).options(joinedload(Membership.user)).where(Membership.course_id == course.id)
    members = {one.user.email: one for one in session.scalars(rows.join(User).order_by(User.name, User.id))}
    accounts = select(User.email, User.id).where(User.email.in_(emails - members.keys()))
    invited: dict[str, list[Invitation]] = {}
    for one in invitations.usable(session, course.id, moment):
        if one.email:
            invited.setdefault(one.email, []).append(one)
    return Known(members, {row.email: row.id for row in session.execute(accounts)}, invited)


def _entry(line: Line, known: Known) -> Entry:
    member = known.members.get(line.email)
    if member:
        return _of_member(line, member)
    account = known.accounts.get(line.email)
    if account:
        return Entry(
            line.number, line.email, line.name, "added", line.role or "student", line.group or "", None, account
        )
    return _of_stranger(line, known.invited.get(line.email, []))


def _of_stranger(line: Line, open_ones: list[Invitation]) -> Entry:
    """What the file does not say is as in the newest link that still opens."""
    role: Role = line.role or (open_ones[0].role if open_ones else "student")
    of_role = [one for one in open_ones if one.role == role]
    group = line.group or (of_role[0].group if of_role else "")
    kind: Kind = "waiting" if any(one.group == group for one in of_role) else "invited"
    return Entry(line.number, line.email, line.name, kind, role, group)


def _of_member(line: Line, member: Membership) -> Entry:
    """What the file does not say stays; the name is the person's own."""
    role = line.role or member.role
    group = member.group if line.group is None else line.group
    kind: Kind = "same" if (role, group) == (member.role, member.group) else "changed"
    before = (member.role, member.group)
    return Entry(line.number, line.email, member.user.name, kind, role, group, before, member.user_id)


def _own(entries: tuple[Entry, ...], asker: int) -> Iterator[Mistake]:
    for one in entries:
        if one.user_id == asker and one.before and one.before[0] != one.role:
            text = Text(
                "You cannot change your own role. Another instructor can.", "不能更改自己的角色；请由其他教师更改。"
            )
            yield Mistake(one.line, text)
