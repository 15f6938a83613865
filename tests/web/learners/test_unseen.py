"""A comment on a student's work is told on their pages until they have seen it, and to nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.web.gradebook.test_book import queries
from tests.web.learners.acts import EXERCISE, attempt
from tests.web.learners.test_comments import kept, remove, say
from tests.web.test_students import text_of
from web.database.models import Assignment, Comment, Course, User
from web.students import submitted

PAGES = ["/", "/courses/backprop", f"/courses/backprop/{EXERCISE}"]
TOLD = "commented on your work"


def told(site, address: str = "/", who: str = "ada", language: str = "en") -> str:
    return text_of(site.client(who).get(address, headers={"Accept-Language": language}))


@pytest.mark.parametrize("address", PAGES)
def test_she_reads_who_wrote_and_what_wherever_she_looks(site, address):
    key = attempt(site, 2, 0)
    say(site, key, "The factor belongs to the other one.")
    assert "Tom commented on your work" in told(site, address)
    assert "Attempt 1: The factor belongs to the other one." in told(site, address)
    assert f"/submissions/{key}#talk" in site.client("ada").get(address).text
    assert "Tom 对你的作业写了评语" in told(site, address, language="zh")
    assert TOLD not in told(site, address, "ben")
    assert TOLD not in told(site, address, "grace")


def test_several_on_one_submission_are_told_once_with_everybody_who_wrote(site):
    first, second = attempt(site, 2, 0), attempt(site, 2, 2)
    say(site, first, "one", "tom", 1)
    say(site, first, "two", "grace", 2)
    say(site, second, "three", "grace", 2)
    say(site, first, "four", "tom", 2)
    shown = told(site)
    assert shown.count(TOLD) == 2
    assert "Tom, Grace commented on your work" in shown
    assert "Attempt 1 · 3 comments: one" in shown


def test_it_goes_once_she_opens_the_submission_and_a_new_one_is_told_again(site):
    key = attempt(site, 2, 0)
    say(site, key, "one")
    for _ in range(2):
        assert TOLD in told(site)  # looking away does not lose it
    for reader in ("tom", "grace"):
        site.client(reader).get(f"/submissions/{key}")
    assert TOLD in told(site)  # that staff look at it does not either
    site.client("ada").get(f"/submissions/{key}")
    assert TOLD not in told(site)
    assert kept(site)[0].read_at == site.clock()
    say(site, key, "two")
    assert "Attempt 1: two" in told(site)


def test_it_goes_once_she_says_that_she_has_seen_it(site):
    key = attempt(site, 2, 0)
    say(site, key, "one")
    for other in ("tom", "ben"):
        site.client(other).post(f"/submissions/{key}/comments/read")
    assert TOLD in told(site)
    answer = site.client("ada").post(f"/submissions/{key}/comments/read", data={"next": "/courses/backprop"})
    assert answer.location == "/courses/backprop"
    assert TOLD not in told(site)


def test_what_came_after_she_had_looked_is_told_all_the_same(site):
    key, ada = attempt(site, 2, 0), site.client("ada")
    say(site, key, "one")
    last = re.search(r'name="last" value="(\d+)"', ada.get("/").text)[1]
    say(site, key, "two")
    ada.post(f"/submissions/{key}/comments/read", data={"last": last})
    assert "Attempt 1: two" in told(site)
    ada.post(f"/submissions/{key}/comments/read", data={"last": str(2**70)})
    assert TOLD not in told(site)


def test_what_comes_while_its_page_is_made_is_told_all_the_same(site, monkeypatch):
    key, ada, made = attempt(site, 2, 0), site.client("ada"), submitted.page_of
    say(site, key, "one")

    def slowly(*given):
        page = made(*given)
        with site.services.database.write() as session:
            words = {"file": "", "line": 0, "text": "two", "created_at": site.clock()}
            session.add(Comment(submission_id=key, author_id=site.people["tom"], **words))
        return page

    with monkeypatch.context() as patch:
        patch.setattr(submitted, "page_of", slowly)
        assert ada.get(f"/submissions/{key}").status_code == 200
    assert "Attempt 1: two" in told(site)


def test_what_was_removed_or_cannot_be_seen_is_not_told(site):
    key = attempt(site, 2, 0)
    say(site, key, "one")
    remove(site, key, 1, "tom")
    assert TOLD not in told(site)
    say(site, key, "two")
    with site.services.database.write() as session:
        session.get_one(Assignment, site.assignments[EXERCISE]).draft = True
    assert TOLD not in told(site)
    with site.services.database.write() as session:
        session.get_one(Assignment, site.assignments[EXERCISE]).draft = False
        session.scalars(select(Course).where(Course.slug == "backprop")).one().draft = True
    assert TOLD not in told(site)


def test_who_comments_on_work_of_their_own_is_told_nothing(site):
    key = attempt(site, 2, 0, name="grace")
    say(site, key, "mine", "grace")
    assert TOLD not in told(site, who="grace")


def test_what_people_wrote_is_text(site):
    key = attempt(site, 2, 0)
    with site.services.database.write() as session:
        session.get_one(User, site.people["tom"]).name = "Tom<i>\u202e"
    say(site, key, "<b>look\u202e here")
    for address in PAGES:
        page = site.client("ada").get(address).text
        assert "&lt;b&gt;look" in page
        assert "Tom&lt;i&gt;" in page
        assert "\u202e" not in page


def test_however_many_comments_there_are_they_cost_one_query(site):
    keys = [attempt(site, 2, 0) for _ in range(2)]
    ada = site.client("ada")
    before = queries(site, lambda: ada.get("/"))
    with site.services.database.write() as session:
        tom, moment = site.people["tom"], site.clock()
        for number in range(40):
            words = {"author_id": tom, "file": "", "line": 0, "text": str(number), "created_at": moment}
            session.add(Comment(submission_id=keys[number % 2], **words))
    assert queries(site, lambda: ada.get("/")) == before
