"""An operator makes a course before there is anybody in it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from web.courses import CannotBeMade, make
from web.database.models import Assignment, Course


def test_a_course_is_made_with_every_exercise_in_order(services):
    make(services, "autumn-2026", "Autumn", "秋季", "Asia/Shanghai")
    with services.database.read() as session:
        found = (
            select(Assignment.exercise).join(Course).where(Course.slug == "autumn-2026").order_by(Assignment.position)
        )
        assert session.scalars(found).all() == list(services.catalogue.sheets)


@pytest.mark.parametrize(
    ("slug", "timezone", "words"),
    [("backprop", "UTC", "already"), ("Not a slug", "UTC", "address"), ("new", "Nowhere/City", "time zone")],
)
def test_what_cannot_be_a_course_is_refused_in_words(services, slug, timezone, words):
    with pytest.raises(CannotBeMade, match=words):
        make(services, slug, "A", "甲", timezone)
