"""A course is made by an operator before there is anybody in it, or by whoever teaches already, in the browser."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from web.courses import CannotBeMade, NewCourse, make
from web.database.models import Assignment, Course, Membership


def exercises(services, slug):
    with services.database.read() as session:
        found = select(Assignment).join(Course).where(Course.slug == slug).order_by(Assignment.position)
        return [(one.exercise, one.draft) for one in session.scalars(found)]


def test_a_course_is_made_with_every_exercise_in_order(services):
    make(services, NewCourse("autumn-2026", "Autumn", "秋季", "Asia/Shanghai"))
    assert exercises(services, "autumn-2026") == [(name, False) for name in services.catalogue.sheets]


def test_only_the_exercises_that_were_chosen_are_set_in_the_order_of_the_catalogue(services):
    make(services, NewCourse("few", "A", "甲", exercises=("mlp_backward", "product_gradient"), draft=True))
    assert exercises(services, "few") == [("product_gradient", True), ("mlp_backward", True)]


def test_whoever_makes_a_course_teaches_it(site):
    make(site.services, NewCourse("own", "A", "甲"), site.people["grace"])
    with site.services.database.read() as session:
        row = session.scalars(select(Membership).join(Course).where(Course.slug == "own")).one()
    assert (row.user_id, row.role) == (site.people["grace"], "instructor")


@pytest.mark.parametrize(
    ("slug", "timezone", "words"),
    [
        ("backprop", "UTC", "already"),
        ("Not a slug", "UTC", "address"),
        ("a" * 65, "UTC", "address"),
        ("../up", "UTC", "address"),
        ("new", "Nowhere/City", "time zone"),
        ("new", "America", "time zone"),
        ("new", "../../etc/passwd", "time zone"),
        ("new", "", "time zone"),
    ],
)
def test_what_cannot_be_a_course_is_refused_in_words(services, slug, timezone, words):
    with pytest.raises(CannotBeMade, match=words):
        make(services, NewCourse(slug, "A", "甲", timezone))
