"""A new course out of an archive: everybody and everything, or nothing.

Theory of operation. Until all is there, the course has no members and a name that no address can have, so that nobody
comes to it; and it is written a little at a time, so that others can write meanwhile. The last transaction gives it
its name, its members and its audit. What fails is taken out again; what a killed import left, a later one takes out.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.accounts.journal import note
from web.database.models import Assignment, Column, Course, Grade, Membership, Regrade, Submission, User
from web.exporting import kinds, removing
from web.exporting.fitting import again, fitted, moment
from web.exporting.kinds import Kind
from web.exporting.opening import Opened, Refused, damaged
from web.exporting.places import in_parts
from web.exporting.rehearsing import course_row, grade_name, rehearse, submission_name
from web.exporting.rows import AT_ONCE, insert_all, numbered, parts
from web.exporting.subjects import in_ids
from web.services import Services
from web.submissions import new_ticket

IMPORTED = "imported"  # the request of lines of the audit that were written elsewhere

Row = dict[str, Any]


@dataclass
class Found:
    """What the archive's names are here: ids by kind and name."""

    ids: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, kind: str, name: str) -> Any:
        return self.ids.get(kind, {}).get(name)


def bring(services: Services, archive: Opened, slug: str, by: int | None) -> Course:
    """The course. by: who brings it, and becomes an instructor of it; None for the operator. Raises Refused."""
    rehearse(archive, slug)
    with services.database.read() as session:
        _refuse_taken(session, slug)
    removing.sweep(services)
    writer = _Writer(services, archive)
    try:
        return writer.write(slug, by)
    except BaseException as error:
        writer.undo()
        if isinstance(error, IntegrityError):  # something stands there twice
            raise damaged("the archive") from error
        raise


def _refuse_taken(session: Session, slug: str) -> None:
    if session.scalar(select(Course.id).where(Course.slug == slug)):
        raise Refused(f"There is a course {slug!r} already.", f"已经有一门课程叫“{slug}”。")


class _Writer:
    """Writes a course kind after kind."""

    def __init__(self, services: Services, archive: Opened) -> None:
        self.database, self.archive = services.database, archive
        self.moment = services.clock()
        self.found = Found()
        self.course_id: int | None = None
        self.made: list[int] = []  # accounts
        self.waiting: list[str] = []  # submissions that nobody is to grade yet

    def write(self, slug: str, by: int | None) -> Course:
        people = self.archive.document("people.json")
        self._begin(slug, people)
        self._submissions()
        self._grades()
        for kind in (kinds.ARRANGEMENT, kinds.MARK):
            self._all(kind, self._rows(kind))
        read = {"read_at": self.moment}  # what was said and changed elsewhere is no news here
        for kind in (kinds.COMMENT, kinds.CHANGE):
            self._all(kind, (row if row.get("read_at") else row | read for row in self._rows(kind)))
        with self.database.write() as session:
            regrades = numbered(session, kinds.REGRADE, Regrade.id, self._rows(kinds.REGRADE))
        self.found.ids["regrade"] = {str(number): key for number, key in enumerate(regrades, start=1)}
        self._all(kinds.SHADOW, (row | {"ticket": new_ticket()} for row in self._rows(kinds.SHADOW)))
        return self._finish(slug, by, people)

    def _begin(self, slug: str, people: list[Row]) -> None:
        """The course, which nobody sees, and whom and what all else names."""
        settings = self.archive.document("course.json")
        with self.database.write() as session:
            course = Course(**course_row(settings, slug) | {"slug": removing.unseen(self.moment)}, draft=True)
            session.add(course)
            session.flush()
            self._accounts(session, people)
            self._set(session, course, settings)
        self.course_id, self.found.ids["course"] = course.id, {"": course.id}

    def _finish(self, slug: str, by: int | None, people: list[Row]) -> Course:
        """All at once: from here on it is there."""
        audit = [kinds.AUDIT.stored(row) for row in self._audit(slug)]
        counts = ", ".join(f"{kind} {count}" for kind, count in self.archive.manifest.get("counts", {}).items())
        with self.database.write() as session:
            _refuse_taken(session, slug)
            course = session.get_one(Course, self.course_id)
            course.slug = slug
            self._members(session, course, people, by)
            for part in in_parts(self.waiting, AT_ONCE):
                session.execute(update(Submission).where(Submission.id.in_(part)).values(state="waiting"))
            insert_all(session, kinds.AUDIT, audit)
            note(session, self.moment, "course imported", by, f"course {course.id}", new=counts[:1000])
        return course

    def undo(self) -> None:
        """As if nobody had come."""
        if self.course_id is not None:
            removing.remove(self.database, self.course_id, self.made)

    def _accounts(self, session: Session, people: list[Row]) -> None:
        """Whoever has an account keeps it as it is; others get one without a password."""
        emails = [one["email"] for one in people]
        known = self._known(session, emails)
        made = [_user(one) | {"created_at": self.moment} for one in people if one["email"] not in known]
        if made:
            session.execute(insert(User), made)
        ids = self.found.ids["person"] = self._known(session, emails)
        self.made = [key for email, key in ids.items() if email not in known]

    def _members(self, session: Session, course: Course, people: list[Row], by: int | None) -> None:
        ids = self.found.ids["person"]
        rows = {ids[one["email"]]: self._membership(one) for one in people if one["role"]}
        if by is not None:
            known = rows.get(by, {"group": "", "created_at": self.moment})
            rows[by] = known | {"role": "instructor"}
        if rows:
            members = [{"course_id": course.id, "user_id": key} | row for key, row in rows.items()]
            session.execute(insert(Membership), members)

    def _membership(self, one: Row) -> Row:
        since = moment(one["since"], "people.json") if one["since"] else self.moment
        return {"role": one["role"], "group": one["group"] or "", "created_at": since}

    def _known(self, session: Session, emails: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in in_parts(emails, 500):
            rows = session.execute(select(User.email, User.id).where(User.email.in_(part)))
            found |= {row.email: row.id for row in rows}
        return found

    def _set(self, session: Session, course: Course, settings: Any) -> None:
        """What is set, and the columns."""
        for kind, model, called in ((kinds.ASSIGNMENT, Assignment, "exercise"), (kinds.COLUMN, Column, "name")):
            rows = [
                fitted(kind, one, self.found, "course.json") | {"course_id": course.id} for one in settings[kind.name]
            ]
            ids = numbered(session, kind, model.id, iter(rows))
            self.found.ids[kind.name.removesuffix("s")] = dict(zip((row[called] for row in rows), ids, strict=True))

    def _submissions(self) -> None:
        """What waits is graded when the others have been; links between names and ids are kept for the rest."""
        known = self.found.ids["submission"] = {}

        def rows() -> Iterator[Row]:
            for _, record in self.archive.lines(kinds.SUBMISSION.file):
                key = known[submission_name(record)] = secrets.token_urlsafe(12)
                values = again(kinds.SUBMISSION, record, self.found)
                if values["state"] == "waiting":
                    self.waiting.append(key)
                    values["state"] = "ours"  # until all is there
                yield values | {"id": key, "ticket": new_ticket(), "lane": "regrades"}

        self._all(kinds.SUBMISSION, rows())

    def _grades(self) -> None:
        """And which of them is shown. Their ids are found by their tickets: asked back, rows would go in one by one."""
        counts: dict[str, int] = {}
        known = self.found.ids["grade"] = {}
        for part in parts(self.archive.lines(kinds.GRADE.file)):
            rows = [again(kinds.GRADE, one, self.found) | {"ticket": new_ticket()} for _, one in part]
            stored = [kinds.GRADE.stored(row) for row in rows]
            with self.database.write() as session:
                insert_all(session, kinds.GRADE, stored)
                tickets = select(Grade.ticket, Grade.id).where(Grade.ticket.in_([row["ticket"] for row in rows]))
                ids = {row.ticket: row.id for row in session.execute(tickets)}
                both = list(zip(rows, (one for _, one in part), strict=True))
                known.update({grade_name(one, counts): ids[row["ticket"]] for row, one in both})
                _show(session, {row["submission_id"]: ids[row["ticket"]] for row, one in both if one.get("shown")})

    def _audit(self, slug: str) -> Iterator[Row]:
        """Marked as what others wrote: who did it, did it elsewhere."""
        for row in self._rows(kinds.AUDIT):
            yield row | {"request_id": IMPORTED, "subject": in_ids(row.get("subject", ""), slug, self.found)}

    def _rows(self, kind: Kind) -> Iterator[Row]:
        for _, record in self.archive.lines(kind.file):
            yield again(kind, record, self.found)

    def _all(self, kind: Kind, rows: Iterator[Row]) -> None:
        """Write them, some at a time; they are read and made ready while others may write."""
        for part in parts(rows):
            stored = [kind.stored(row) for row in part]
            with self.database.write() as session:
                insert_all(session, kind, stored)


def _show(session: Session, grades: dict[str, int]) -> None:
    """Let submissions, by id, show these grades."""
    table = Submission.__table__
    wanted = update(Submission).where(table.c.id == bindparam("submission")).values(grade_id=bindparam("grade"))
    if grades:
        pairs = [{"submission": submission, "grade": grade} for submission, grade in grades.items()]
        session.connection().execute(wanted, pairs)


def _user(one: dict[str, Any]) -> Row:
    return {"email": one["email"], "name": one["name"], "language": one["language"], "password": None}
