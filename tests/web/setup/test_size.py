"""A class of 300 with 20 exercises: the pages of the set-up ask the database a few questions, however large the course."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from tests.web.setup.conftest import SETUP, course
from web.database.models import Assignment, Course, Membership, Submission, User

STUDENTS, ATTEMPTS, MOST_QUESTIONS = 300, 2, 16


@pytest.fixture
def large(site):
    """Everybody has handed in twice for every exercise."""
    with site.services.database.write() as session:
        row = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        there = {one.exercise for one in row.assignments}
        more = [name for name in site.services.catalogue.sheets if name not in there]
        row.assignments.extend(Assignment(exercise=name, position=at + 3) for at, name in enumerate(more))
        session.flush()
        for number in range(STUDENTS):
            user = User(email=f"s{number}@example.org", name=f"S {number}", created_at=site.clock())
            session.add(
                Membership(course=row, user=user, role="student", group=f"G{number % 12}", created_at=site.clock())
            )
        session.flush()
        people = session.scalars(
            select(Membership.user_id).where(Membership.role == "student", Membership.course_id == row.id)
        )
        rows = [
            submission(site, one.id, person, number)
            for person in people
            for one in row.assignments
            for number in range(1, ATTEMPTS + 1)
        ]
        session.execute(Submission.__table__.insert(), rows)
    return site


def submission(site, assignment_id, user_id, number):
    return {
        "id": f"{assignment_id}-{user_id}-{number}",
        "assignment_id": assignment_id,
        "user_id": user_id,
        "number": number,
        "state": "waiting",
        "files": [],
        "notes": [],
        "seed": "0",
        "edition": "0",
        "ticket": f"{assignment_id}-{user_id}-{number}",
        "created_at": site.clock(),
    }


@pytest.mark.slow
def test_no_page_asks_more_of_a_large_course(large):
    grace, asked = large.client("grace"), []
    event.listen(large.services.database.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    counts = {}
    for path in ("", "/exercises", "/exercises/product_gradient", "/dates", "/roster"):
        asked.clear()
        assert grace.get(f"{SETUP}{path}").status_code == 200
        counts[path] = len(asked)
    for path in ("/courses/backprop/staff/people", "/"):
        asked.clear()
        assert grace.get(path).status_code == 200
        counts[path] = len(asked)
    assert max(counts.values()) <= MOST_QUESTIONS, counts
    assert len(course(large).assignments) >= 20
