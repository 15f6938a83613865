"""A new course out of an archive: everybody and everything in one transaction, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.accounts.journal import note
from web.database.models import Assignment, Column, Course, Grade, Membership, Regrade, Submission, User
from web.exporting import kinds
from web.exporting.fitting import again, fitted, moment
from web.exporting.kinds import Kind
from web.exporting.opening import Opened, Refused, damaged
from web.exporting.places import in_parts
from web.exporting.rehearsing import course_row, grade_name, rehearse, submission_name
from web.exporting.subjects import in_ids
from web.services import Services
from web.submissions import new_ticket

AT_ONCE = 200  # rows in one statement
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
    try:
        with services.database.write() as session:
            if session.scalar(select(Course.id).where(Course.slug == slug)):
                raise Refused(f"There is a course {slug!r} already.", f"已经有一门课程叫“{slug}”。")
            return _Writer(services, session, archive).write(slug, by)
    except IntegrityError as error:  # something stands there twice, or somebody took the name meanwhile
        raise damaged("the archive") from error


class _Writer:
    """Writes a course kind after kind."""

    def __init__(self, services: Services, session: Session, archive: Opened) -> None:
        self.services, self.session, self.archive = services, session, archive
        self.moment = services.clock()
        self.found = Found()

    def write(self, slug: str, by: int | None) -> Course:
        settings = self.archive.document("course.json")
        course = Course(**course_row(settings, slug), draft=True)
        self.session.add(course)
        self.session.flush()
        self.found.ids["course"] = {"": course.id}
        self._people(course, by)
        self._set(course, settings)
        self._submissions()
        self._grades()
        for kind in (kinds.ARRANGEMENT, kinds.MARK):
            self._all(kind, self._rows(kind))
        read = {"read_at": self.moment}  # what was said and changed elsewhere is no news here
        for kind in (kinds.COMMENT, kinds.CHANGE):
            self._all(kind, (row if row.get("read_at") else row | read for row in self._rows(kind)))
        regrades = self._numbered(kinds.REGRADE, Regrade.id, self._rows(kinds.REGRADE))
        self.found.ids["regrade"] = {str(number): key for number, key in enumerate(regrades, start=1)}
        self._all(kinds.SHADOW, (row | {"ticket": new_ticket()} for row in self._rows(kinds.SHADOW)))
        self._all(kinds.AUDIT, self._audit(slug))
        counts = ", ".join(f"{kind} {count}" for kind, count in self.archive.manifest.get("counts", {}).items())
        note(self.session, self.moment, "course imported", by, f"course {course.id}", new=counts[:1000])
        return course

    def _people(self, course: Course, by: int | None) -> None:
        """Whoever has an account keeps it as it is; others get one without a password."""
        people = self.archive.document("people.json")
        ids = self._known([one["email"] for one in people])
        made = [_user(one) | {"created_at": self.moment} for one in people if one["email"] not in ids]
        if made:
            self.session.execute(insert(User), made)
        ids = self.found.ids["person"] = self._known([one["email"] for one in people])
        rows = {ids[one["email"]]: self._membership(one) for one in people if one["role"]}
        if by is not None:
            known = rows.get(by, {"group": "", "created_at": self.moment})
            rows[by] = known | {"role": "instructor"}
        if rows:
            members = [{"course_id": course.id, "user_id": key} | row for key, row in rows.items()]
            self.session.execute(insert(Membership), members)

    def _membership(self, one: Row) -> Row:
        since = moment(one["since"], "people.json") if one["since"] else self.moment
        return {"role": one["role"], "group": one["group"] or "", "created_at": since}

    def _known(self, emails: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in in_parts(emails, 500):
            rows = self.session.execute(select(User.email, User.id).where(User.email.in_(part)))
            found |= {row.email: row.id for row in rows}
        return found

    def _set(self, course: Course, settings: Any) -> None:
        """What is set, and the columns."""
        for kind, model, called in ((kinds.ASSIGNMENT, Assignment, "exercise"), (kinds.COLUMN, Column, "name")):
            rows = [
                fitted(kind, one, self.found, "course.json") | {"course_id": course.id} for one in settings[kind.name]
            ]
            ids = self._numbered(kind, model.id, iter(rows))
            self.found.ids[kind.name.removesuffix("s")] = dict(zip((row[called] for row in rows), ids, strict=True))

    def _submissions(self) -> None:
        """What waits is graded when the others have been; links between names and ids are kept for the rest."""
        known = self.found.ids["submission"] = {}

        def rows() -> Iterator[Row]:
            for _, record in self.archive.lines(kinds.SUBMISSION.file):
                key = known[submission_name(record)] = secrets.token_urlsafe(12)
                values = again(kinds.SUBMISSION, record, self.found)
                yield values | {"id": key, "ticket": new_ticket(), "lane": "regrades"}

        self._all(kinds.SUBMISSION, rows())

    def _grades(self) -> None:
        """And which of them is shown. Their ids are found by their tickets: asked back, rows would go in one by one."""
        counts: dict[str, int] = {}
        known = self.found.ids["grade"] = {}
        for part in _parts(self.archive.lines(kinds.GRADE.file)):
            rows = [again(kinds.GRADE, one, self.found) | {"ticket": new_ticket()} for _, one in part]
            self._all(kinds.GRADE, iter(rows))
            tickets = select(Grade.ticket, Grade.id).where(Grade.ticket.in_([row["ticket"] for row in rows]))
            ids = {row.ticket: row.id for row in self.session.execute(tickets)}
            known.update(
                {grade_name(one, counts): ids[row["ticket"]] for row, (_, one) in zip(rows, part, strict=True)}
            )
            self._show(
                {
                    row["submission_id"]: ids[row["ticket"]]
                    for row, (_, one) in zip(rows, part, strict=True)
                    if one.get("shown")
                }
            )

    def _show(self, grades: dict[str, int]) -> None:
        """Let submissions, by id, show these grades."""
        table = Submission.__table__
        wanted = update(Submission).where(table.c.id == bindparam("submission")).values(grade_id=bindparam("grade"))
        if grades:
            pairs = [{"submission": submission, "grade": grade} for submission, grade in grades.items()]
            self.session.connection().execute(wanted, pairs)

    def _audit(self, slug: str) -> Iterator[Row]:
        """Marked as what others wrote: who did it, did it elsewhere."""
        for row in self._rows(kinds.AUDIT):
            yield row | {"request_id": IMPORTED, "subject": in_ids(row.get("subject", ""), slug, self.found)}

    def _rows(self, kind: Kind) -> Iterator[Row]:
        for _, record in self.archive.lines(kind.file):
            yield again(kind, record, self.found)

    def _all(self, kind: Kind, rows: Iterator[Row]) -> None:
        """Write them, some at a time, past the mapper: it would send them one by one."""
        for part in _parts(rows):
            for alike in _alike([kind.stored(row) for row in part]):
                self.session.connection().execute(insert(cast("Table", kind.model.__table__)), alike)

    def _numbered(self, kind: Kind, key: Any, rows: Iterator[Row]) -> list[int]:
        """Write few of them, and give their keys in the order of the rows."""
        wanted = insert(kind.model).returning(key, sort_by_parameter_order=True)
        return [one for part in _parts(rows) for one in self.session.scalars(wanted, part)]


def _alike(rows: list[Row]) -> list[list[Row]]:
    """Those together that have the same columns."""
    found: dict[frozenset[str], list[Row]] = {}
    for row in rows:
        found.setdefault(frozenset(row), []).append(row)
    return list(found.values())


def _parts(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Some at a time."""
    part = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _user(one: dict[str, Any]) -> Row:
    return {"email": one["email"], "name": one["name"], "language": one["language"], "password": None}
