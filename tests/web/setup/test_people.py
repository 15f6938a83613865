"""The page of a course's people: groups are shown, changed and filtered by."""

from __future__ import annotations

import pytest

from tests.web.accounts.acts import audit
from tests.web.setup.conftest import course, words
from web.database.models import Membership

PEOPLE = "/courses/backprop/staff/people"


def put(site, who, name, group):
    return site.client(who).post(f"{PEOPLE}/{site.people[name]}/group", data={"group": group})


def group_of(site, name):
    with site.services.database.read() as session:
        return session.get_one(Membership, (course(site).id, site.people[name])).group


def shown(site, query, who="grace") -> set[str]:
    """Which members the page lists."""
    page = words(site.client(who).get(f"{PEOPLE}?{query}"))
    listed = page.partition("Members")[2].partition("Open invitations")[0]
    return {name for name in ("ada", "ben", "grace", "tom") if f"{name}@example.org" in listed}


def test_an_instructor_puts_people_into_groups_and_it_is_written_down(site):
    assert put(site, "grace", "ada", " Monday 甲 ").status_code == 303
    put(site, "grace", "ada", "Monday 甲")  # the same: nothing is written down
    assert group_of(site, "ada") == "Monday 甲"
    (line,) = audit(site, "group changed")
    assert (line.actor_id, line.old, line.new) == (site.people["grace"], "", "Monday 甲")
    put(site, "grace", "ada", "")
    assert group_of(site, "ada") == ""


@pytest.mark.parametrize("group", ["x" * 101, "a\u202eb", "a\x00b"])
def test_a_group_that_cannot_be_read_is_refused(site, group):
    put(site, "grace", "ada", group)
    assert group_of(site, "ada") == ""


def test_assistants_see_groups_and_cannot_change_them(site):
    put(site, "grace", "ada", "Monday")
    assert put(site, "tom", "ada", "Tuesday").status_code == 404
    page = site.client("tom").get(PEOPLE).text
    assert "<td>Monday</td>" in page
    assert 'name="group" value="Monday"' not in page


def test_somebody_of_another_course_is_not_reached(site):
    assert put(site, "grace", "mallory", "Monday").status_code == 404


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("", {"ada", "ben", "grace", "tom"}),
        ("group=%3DMonday", {"ada", "tom"}),
        ("group=none", {"ben", "grace"}),
        ("role=student", {"ada", "ben"}),
        ("role=student&group=%3DMonday", {"ada"}),
        ("words=AD", {"ada"}),
        ("words=zz", set()),
        ("role=owner&group=nonsense", {"ada", "ben", "grace", "tom"}),
    ],
)
def test_the_list_shows_who_is_asked_for(site, query, who):
    put(site, "grace", "ada", "Monday"), put(site, "grace", "tom", "Monday")
    assert shown(site, query) == who
