"""A class with work in it: what was handed in when, and what it earned, written straight into the tables."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from web.database.models import Arrangement, Assignment, Column, Course, Grade, Mark, Membership, Submission, User

BOOK = "/courses/backprop/staff/gradebook"


@dataclass
class Class:
    """`site` with shortcuts."""

    site: object
    numbers: object

    def write(self):
        return self.site.services.database.write()

    def read(self):
        return self.site.services.database.read()

    def attempt(
        self,
        who: str,
        points: float | None,
        exercise: str = "product_gradient",
        *,
        out_of: float = 6,
        at: datetime | None = None,
        state: str = "graded",
    ) -> str:
        """One more of this student's attempts; points None: not graded."""
        number, user = next(self.numbers), self.site.people[who]
        with self.write() as session:
            assignment = self.assignment(session, exercise)
            before = select(Submission.number).where(
                Submission.assignment_id == assignment.id, Submission.user_id == user
            )
            row = Submission(
                id=f"s{number}",
                assignment_id=assignment.id,
                user_id=user,
                number=1 + max(session.scalars(before), default=0),
                state=state if points is not None or state != "graded" else "waiting",
                files=[{"name": "mine.py", "text": "x = 1\n", "cells": []}],
                notes=[],
                seed=f"seed-{number}",
                edition="1",
                created_at=at or self.site.clock(),
                ticket=f"t{number}",
            )
            session.add(row)
            session.flush()
            if points is not None:
                grade = Grade(
                    submission_id=row.id,
                    ticket=row.ticket,
                    points=points,
                    out_of=out_of,
                    edition="1",
                    codes=[],
                    report={},
                    graded_at=row.created_at,
                    published_at=row.created_at,
                )
                session.add(grade)
                session.flush()
                row.grade_id = grade.id
        return row.id

    def assignment(self, session, exercise: str) -> Assignment:
        found = select(Assignment).join(Course).where(Course.slug == "backprop", Assignment.exercise == exercise)
        return session.scalars(found).one()

    def course(self, **values) -> None:
        with self.write() as session:
            found = session.scalars(select(Course).where(Course.slug == "backprop")).one()
            for name, value in values.items():
                setattr(found, name, value)

    def arrange(self, who: str, exercise: str = "product_gradient", **values) -> None:
        with self.write() as session:
            session.add(
                Arrangement(
                    assignment_id=self.assignment(session, exercise).id,
                    user_id=self.site.people[who],
                    changed_at=self.site.clock(),
                    **values,
                )
            )

    def member(self, who: str, **values) -> None:
        with self.write() as session:
            user = session.get_one(User, self.site.people[who])
            for name, value in values.items():
                row = user if name in {"name", "email"} else next(iter(user.memberships))
                setattr(row, name, value)

    def column(self, name: str = "Oral exam", out_of: float = 10, **marks: float) -> int:
        with self.write() as session:
            course = session.scalars(select(Course.id).where(Course.slug == "backprop")).one()
            made = Column(course_id=course, name=name, out_of=out_of, position=0)
            session.add(made)
            session.flush()
            for who, points in marks.items():
                session.add(Mark(column_id=made.id, user_id=self.site.people[who], points=points))
        return made.id

    def crowd(self, students: int, attempts: int) -> None:
        """So many more students, each with so many attempts at each exercise."""
        with self.write() as session:
            course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
            for _ in range(students):
                number = next(self.numbers)
                user = User(email=f"s{number}@example.org", name=f"S {number}", created_at=self.site.clock())
                session.add(Membership(course=course, user=user, role="student", created_at=self.site.clock()))
                session.flush()
                self.site.people[f"s{number}"] = user.id
        for who in [name for name in self.site.people if re.fullmatch(r"s\d+", name)][-students:]:
            for exercise in self.site.assignments:
                for points in range(attempts):
                    self.attempt(who, points, exercise)

    def before_deadline(self, **amount: float) -> datetime:
        with self.read() as session:
            return self.assignment(session, "product_gradient").deadline - timedelta(**amount)


@pytest.fixture
def school(site) -> Class:
    return Class(site, count(1))


def rows(answer) -> dict[str, list[str]]:
    """The table as a reader sees it: by the student's name, the cells in words."""
    body = answer.get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
    found = {}
    for row in body.split("<tr>")[1:]:
        cells = [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in re.split(r"<t[hd][^>]*>", row)[1:]]
        found[cells[0]] = cells[1:]
    return found


def alone(answer) -> str:
    """The words of the page's main part."""
    body = answer.get_data(as_text=True).partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))
