"""Who may need a word: whoever has gone silent, or is stuck at several exercises at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.web.overview.test_pages import CLASS, attempts, class_page, name_codes, today
from tests.web.test_students import text_of
from web.database.models import Arrangement, Assignment, Submission

ATTENTION = f"{CLASS}/attention"


@pytest.fixture
def closed(site):
    """Three exercises that close a day after one another; Ada has begun the first, Ben all."""
    with site.services.database.write() as session:
        for day, one in enumerate(
            session.scalars(select(Assignment).where(Assignment.course_id == 1).order_by(Assignment.position)), 1
        ):
            one.deadline = site.clock() + timedelta(days=day)
    attempts(site, "ada", 2)
    for _ in range(3):
        attempts(site, "ben", 6)
    with site.services.database.write() as session:
        bens = session.scalars(select(Submission.id).where(Submission.user_id == site.people["ben"])).all()
        for name, assignment in zip(bens, site.assignments.values(), strict=True):
            session.execute(update(Submission).where(Submission.id == name).values(assignment_id=assignment, number=1))
    return site


def said(site, words="") -> str:
    return text_of(site.client("tom").get(ATTENTION + words)).partition("<main")[0]


def test_one_exercise_that_was_not_begun_is_no_worry(closed):
    closed.clock.advance(days=2)
    assert "Everybody is with you." in said(closed)
    assert "gone silent" not in today(class_page(closed))


def test_who_has_not_begun_the_last_two_that_closed_is_told(closed):
    closed.clock.advance(days=4)
    assert "1 student has gone silent, or is stuck at several exercises at once." in today(class_page(closed))
    page = said(closed)
    assert "Ada 2 0 / 3 4 days ago ada@example.org" in page
    assert "Ben" not in page


@pytest.mark.parametrize("spared", [{"excused": True}, {"deadline": timedelta(days=9)}])
def test_who_is_excused_or_still_has_time_is_not_missed(closed, spared):
    with closed.services.database.write() as session:
        values = {name: closed.clock() + value if name == "deadline" else value for name, value in spared.items()}
        of = {"assignment_id": closed.assignments["mlp_backward"], "user_id": closed.people["ada"]}
        session.add(Arrangement(**of, **values, changed_at=closed.clock()))
    closed.clock.advance(days=4)
    assert "Everybody is with you." in said(closed)


def test_who_never_handed_anything_in_is_told_as_such(site):
    site.clock.advance(days=30)
    assert "Ada 3 0 / 3 never ada@example.org" in said(site)


def test_who_is_stuck_at_two_open_exercises_is_told_with_both(site):
    attempts(site, "ben", *([2] * 8))
    name_codes(site, "M35")
    with site.services.database.write() as session:
        half = select(Submission.id).where(Submission.number > 4)
        other = site.assignments["softmax_derivative"]
        session.execute(update(Submission).where(Submission.id.in_(half)).values(assignment_id=other))
    assert "Ben – The gradient of a product ; The derivative of softmax 0 / 0" in said(site)
