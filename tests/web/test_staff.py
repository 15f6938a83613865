"""What those who teach a course see of its submissions, page by page, and what they have graded again."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from grader.messages import Fault, Text
from tests.web.test_students import graded, hand_in, text_of
from web.database.models import Audit, Submission, User
from web.recorder import record
from web.staff import tables

SUBMISSIONS = "/courses/backprop/staff/submissions"


@pytest.fixture
def handed_in(site) -> list[str]:
    """Two attempts of Ada's, the better one first, and one of Ben's that waits."""
    ada, ben = site.client("ada"), site.client("ben")
    addresses = []
    for who, points in ((ada, (2, 2, 2)), (ada, (0, 2, 0)), (ben, ())):
        site.clock.advance(minutes=1)
        addresses.append(hand_in(who))
        if points:
            graded(site, addresses[-1], *points)
    return addresses


def rows(answer) -> list[str]:
    body = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def test_submissions_come_the_newest_first_with_points_and_state(site, handed_in):
    found = rows(site.client("tom").get(SUBMISSIONS))
    assert [row.split(" Attempt ")[1][:1] for row in found] == ["1", "2", "1"]
    assert "Ben" in found[0]
    assert "being graded" in found[0]
    assert "2 / 6" in found[1]
    assert "6 / 6" in found[2]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("state=waiting", 1),
        ("state=graded", 2),
        ("state=nonsense", 3),
        ("exercise=mlp_backward", 0),
        ("student=1", 2),
        ("student=x", 3),
    ],
)
def test_submissions_are_narrowed_down(site, handed_in, words, count):
    assert len(rows(site.client("grace").get(f"{SUBMISSIONS}?{words}"))) == count


def test_a_page_beyond_the_last_is_the_last(site, handed_in, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 2)
    grace = site.client("grace")
    assert len(rows(grace.get(SUBMISSIONS))) == 2
    assert len(rows(grace.get(f"{SUBMISSIONS}?page=2"))) == 1
    last = grace.get(f"{SUBMISSIONS}?page=99&state=")
    assert len(rows(last)) == 1
    assert "Page 2 of 2" in text_of(last)


def test_the_filter_stays_from_page_to_page(site, handed_in, monkeypatch):
    monkeypatch.setattr(tables, "PAGE", 1)
    page = site.client("grace").get(f"{SUBMISSIONS}?student=1")
    assert f"{SUBMISSIONS}?student=1&amp;page=2" in page.text


def test_where_nothing_was_handed_in_the_page_says_so(site):
    assert "Nothing has been handed in yet." in text_of(site.client("grace").get(SUBMISSIONS))


def test_a_name_cannot_turn_a_line_around(site, handed_in):
    with site.services.database.write() as session:
        session.get_one(User, site.people["ben"]).name = "Ben\u202e"
    page = site.client("grace").get(SUBMISSIONS).text
    assert "Ben⟨U+202E⟩" in page
    assert "\u202e" not in page


def test_the_header_offers_staff_their_pages_and_students_none(site):
    grace, ada = (site.client(name).get("/courses/backprop").text for name in ("grace", "ada"))
    for address in (SUBMISSIONS, "/courses/backprop/staff/gradebook"):
        assert f'href="{address}"' in grace
        assert f'href="{address}"' not in ada


def test_what_was_our_fault_is_graded_again_by_staff_also_after_the_deadline(site, handed_in):
    """It was not the student's fault, so no deadline and no attempt may stand against it; who did it is kept."""
    lost = handed_in[-1].partition("?")[0].rsplit("/", 1)[1]
    with site.services.database.read() as session:
        row = session.get_one(Submission, lost)
    record(site.services, [Fault(row.id, row.ticket, 0, "exercise", Text("broken", "坏了"))])
    site.clock.advance(days=30)
    tom, ben = site.client("tom"), site.client("ben")
    assert "We could not grade 1 submission" in text_of(tom.get(SUBMISSIONS))
    assert ben.post(f"/submissions/{lost}/again").status_code == 404
    assert tom.post(f"/submissions/{lost}/again").status_code == 303
    with site.services.database.read() as session:
        again = session.get_one(Submission, lost)
        actions = session.scalars(select(Audit.action).where(Audit.submission_id == lost).order_by(Audit.id)).all()
    assert (again.state, again.attempt, again.fault, again.ticket == row.ticket) == ("waiting", 0, None, False)
    assert actions == ["submitted", "fault", "sent again"]


def test_all_of_a_course_that_was_our_fault_is_graded_again_at_once_and_nothing_else(site, handed_in):
    assert site.client("grace").post("/courses/backprop/staff/again").status_code == 303
    with site.services.database.read() as session:
        assert "sent again" not in session.scalars(select(Audit.action)).all()
