"""Whoever publishes changes an exercise for all courses: those who teach the others are told, once."""

from __future__ import annotations

import pytest

from tests.web.accounts.acts import audit
from tests.web.api.conftest import program  # noqa: F401 - the fixture
from tests.web.publishing.conftest import NAME_OF, allowed, chinese, grace, numbered, publish  # noqa: F401 - fixtures
from web.database.models import Assignment, Course, Membership, Publication

OTHER = "/courses/second/staff"
SAID = "Grace has published another edition"


@pytest.fixture
def tom(site, grace):  # noqa: F811 - the fixture
    """Teaches another course, begun a day ago, which uses the exercise of Grace's. His browser."""
    with site.services.database.write() as session:
        course = Course(slug="second", title_en="Other", title_zh="别的课程", created_at=site.clock())
        session.add(course)
        session.add(Assignment(course=course, exercise=NAME_OF, position=1))
        for name, role in (("tom", "instructor"), ("mallory", "assistant"), ("ada", "student")):
            session.add(Membership(course=course, user_id=site.people[name], role=role, created_at=site.clock()))
    site.clock.advance(days=1)
    return site.client("tom")


def noted(browser, page: str):
    path = page.partition('/noted"')[0].rpartition('action="')[2] + "/noted"
    return browser.post(path)


def test_those_who_teach_another_course_are_told_until_one_of_them_notes_it(site, tom, grace):  # noqa: F811
    assert SAID not in tom.get(OTHER).text
    seen = tom.get(OTHER).text.partition("seen=")[2].partition('"')[0].partition("&")[0]
    publish(grace, **numbered(1))
    live = tom.get(f"{OTHER}/live?seen={seen}")
    assert (live.status_code, SAID in live.text) == (200, True)
    page = tom.get(OTHER).text
    assert SAID in page
    assert "/courses/second/product_gradient" in page
    assert [noted(tom, page).status_code for _ in range(2)] == [303, 303]  # a double click is one note
    assert SAID not in tom.get(OTHER).text
    (line,) = audit(site, "edition noted")
    assert (line.actor_id, line.new) == (site.people["tom"], site.services.catalogue[NAME_OF].edition)


def test_in_both_languages(tom, grace):  # noqa: F811
    publish(grace, **numbered(1))
    assert "Grace 发布了《" in tom.get(OTHER, headers={"Accept-Language": "zh"}).text


def test_who_published_it_is_not_told_in_the_courses_that_they_teach(site, tom, grace):  # noqa: F811
    publish(grace, **numbered(1))
    assert SAID not in site.client("grace").get("/courses/backprop/staff").text


def test_assistants_are_told_and_leave_it_to_whoever_teaches(site, tom, grace):  # noqa: F811
    publish(grace, **numbered(1))
    browser = site.client("mallory")
    page = browser.get(OTHER).text
    assert (SAID in page, "/noted" in page) == (True, False)
    assert noted(browser, tom.get(OTHER).text).status_code == 404
    assert site.client("ada").get(OTHER).status_code == 404


def test_of_several_editions_the_newest_is_told_of_and_one_note_is_for_all_before(site, tom, grace):  # noqa: F811
    for number in (1, 2):
        publish(grace, **numbered(number))
    page = tom.get(OTHER).text
    assert page.count(SAID) == 1
    noted(tom, page)
    assert SAID not in tom.get(OTHER).text
    publish(grace, **numbered(3))
    assert SAID in tom.get(OTHER).text


def test_a_translation_is_no_news_nor_is_what_was_before_the_course_or_is_of_another_exercise(
    site,
    tom,
    grace,  # noqa: F811
):
    edition = site.services.catalogue[NAME_OF].edition
    with site.services.database.write() as session:
        known = {"actor_id": site.people["grace"], "state": "out", "before": "0" * 16}
        old = site.clock().replace(year=2020)
        session.add(Publication(exercise=NAME_OF, edition=edition, at=old, **known))
        session.add(Publication(exercise="mlp_backward", edition="1" * 16, at=site.clock(), **known))
        session.add(Publication(exercise=NAME_OF, edition="0" * 16, at=site.clock(), **known))
        session.add(Publication(exercise=NAME_OF, edition="2" * 16, at=site.clock(), **(known | {"state": "lost"})))
    assert SAID not in tom.get(OTHER).text


def test_a_publication_of_an_exercise_that_the_course_has_not_cannot_be_noted(site, tom, grace):  # noqa: F811
    with site.services.database.write() as session:
        known = {"actor_id": site.people["grace"], "state": "out", "at": site.clock()}
        row = Publication(exercise="mlp_backward", edition="1" * 16, **known)
        session.add(row)
    assert tom.post(f"{OTHER}/editions/{row.id}/noted").status_code == 404
    assert tom.post(f"{OTHER}/editions/99/noted").status_code == 404
