"""What the database counts is what the stories come to, attempt by attempt."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from web.database.models import Course, Grade, Submission
from web.overview import reading
from web.overview.counting import counted
from web.overview.statistics import stories


def both(crowd) -> tuple[dict, dict]:
    """By exercise: what was counted in SQL, and what the stories say."""
    with crowd.services.database.read() as session:
        course = session.scalars(select(Course)).one()
        members = reading.students(session, course)
        editions = {one.id: crowd.services.catalogue[one.exercise].edition for one in course.assignments}
        in_short = {number: one.tallies for number, one in counted(session, course, members, editions).items()}
        told: dict[int, tuple] = {}
        for one in course.assignments:
            found = stories(a for a in reading.attempts_at(session, [one.id]) if a.user_id in members)
            if found:
                told[one.id] = tuple(story.tally(course.counts) for story in found)
    return in_short, told


@pytest.mark.parametrize("counts", ["best", "last"])
def test_counted_and_told_is_the_same(crowd, counts):
    with crowd.services.database.write() as session:
        session.execute(update(Course).values(counts=counts))
    in_short, told = both(crowd)
    assert {number: sorted(one) for number, one in in_short.items()} == {n: sorted(one) for n, one in told.items()}
    assert any(one.ours for tallies in told.values() for one in tallies)


def test_an_exercise_without_points_is_full_when_it_is_graded(crowd):
    with crowd.services.database.write() as session:
        session.execute(update(Grade).values(points=0, out_of=0))
    in_short, told = both(crowd)
    assert in_short.keys() == told.keys()
    assert {one.score for tallies in in_short.values() for one in tallies if one.graded} == {1.0}
    assert {one.score for tallies in told.values() for one in tallies if one.graded} == {1.0}


def test_grades_of_another_edition_are_counted_apart(crowd):
    with crowd.services.database.read() as session:
        course = session.scalars(select(Course)).one()
        members = reading.students(session, course)
        former = {n: one.former for n, one in counted(session, course, members, {3: "another", 4: None}).items()}
        all_of_three = len(session.scalars(select(Submission.id).where(Submission.assignment_id == 3, Submission.state == "graded")).all())  # fmt: skip
    assert former[3] == all_of_three
    assert former.keys() == {3, 4}
