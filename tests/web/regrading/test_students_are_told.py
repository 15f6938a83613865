"""A student whose score became another one reads so, with the reason, until it was seen; in the exercise it stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.regrading.test_pages import PAGE, WHY, course  # noqa: F401 - a fixture
from tests.web.test_students import text_of
from web.changes import tell
from web.database.models import ScoreChange
from web.regrading import settling

EXERCISE = "/courses/backprop/product_gradient"


@pytest.fixture
def changed(site, course) -> str:  # noqa: F811
    """Ada's submission, which had 4 points and now has 6."""
    submission = course.graded("ada", 4)
    course.graded("ben", 4)
    regrade = course.regraded({submission: 6, **dict.fromkeys(others(course, submission), 4)})
    settling.publish(course.services, regrade, site.people["grace"], why="The tolerance was too tight.")
    return submission


def others(course, submission: str) -> list[str]:  # noqa: F811
    from web.database.models import Submission

    with course.services.database.read() as session:
        return [one for one in session.scalars(select(Submission.id)) if one != submission]


@pytest.mark.parametrize("address", ["/", "/courses/backprop", EXERCISE])
def test_she_reads_what_from_to_and_why_wherever_she_looks(site, changed, address):
    shown = text_of(site.client("ada").get(address))
    assert "Your score has changed" in shown
    assert "It is 6 points now; it was 4." in shown
    assert "Why: The tolerance was too tight." in shown
    assert f"/submissions/{changed}" in site.client("ada").get(address).text


def test_whose_score_stays_is_told_nothing(site, changed):
    for address in ("/", "/courses/backprop", EXERCISE):
        assert "Your score has changed" not in text_of(site.client("ben").get(address))


def test_it_goes_once_she_says_that_she_has_seen_it_and_stays_in_the_exercise(site, changed):
    ada = site.client("ada")
    for _ in range(2):
        assert "Your score has changed" in text_of(ada.get("/"))  # looking away does not lose it
    answer = ada.post("/changes/1/read", data={"next": "/courses/backprop"})
    assert answer.location == "/courses/backprop"
    assert "Your score has changed" not in text_of(ada.get("/"))
    kept = text_of(ada.get(EXERCISE))
    assert "How your score changed" in kept
    assert "It is 6 points now; it was 4. The tolerance was too tight." in kept


def test_who_opens_the_report_has_seen_it(site, changed):
    ada = site.client("ada")
    first = text_of(ada.get(f"/submissions/{changed}"))
    assert "Your score has changed" in first
    assert ": 4 points before, 6 now. Why: The tolerance was too tight." in first
    assert "Your score has changed" not in text_of(ada.get("/"))
    again = text_of(ada.get(f"/submissions/{changed}"))
    assert "Your score has changed" not in again
    assert "4 points before, 6 now" in again  # what happened to a report stays beside it


def test_staff_who_look_at_her_report_do_not_see_it_for_her(site, changed):
    site.client("grace").get(f"/submissions/{changed}")
    assert "Your score has changed" in text_of(site.client("ada").get("/"))


def test_nobody_marks_what_somebody_else_was_told(site, changed):
    for name in ("ben", "grace", "mallory"):
        assert site.client(name).post("/changes/1/read").status_code == 404
    assert "Your score has changed" in text_of(site.client("ada").get("/"))
    assert site.client("ada").post("/changes/99/read").status_code == 404


def test_nobody_is_led_out_of_the_site(site, changed):
    assert site.client("ada").post("/changes/1/read", data={"next": "//evil.example"}).location == "/"


@pytest.mark.parametrize(
    ("old", "new", "en", "zh"),
    [
        (None, 3.0, "It is 3 points now.", "现在是 3 分。"),
        (1.0, None, "It does not count any more; it was 1 point.", "不再计分，原来是 1 分。"),
        (2.5, 1.0, "It is 1 point now; it was 2.5.", "现在是 1 分，原来是 2.5 分。"),
    ],
)
def test_every_kind_of_change_has_words_in_both_languages(site, old, new, en, zh):
    with site.services.database.write() as session:
        told = (site.people["ada"], site.assignments["product_gradient"], None, old, new)
        tell(session, *told, "<b>Because</b>", site.clock())
    ada = site.client("ada")
    page = ada.get("/")
    assert en in text_of(page)
    assert "&lt;b&gt;Because" in page.text
    ada.set_cookie("language", "zh")
    assert zh in text_of(ada.get("/"))


def test_many_changes_do_not_bury_the_page(site):
    with site.services.database.write() as session:
        for number in range(8):
            told = (site.people["ada"], site.assignments["product_gradient"], None, 1.0, 2.0 + number)
            tell(session, *told, "Why not.", site.clock())
    page = text_of(site.client("ada").get("/"))
    assert page.count("Your score has changed") == 5
    assert "3 more changes are in the pages of the exercises." in page
    assert text_of(site.client("ada").get(EXERCISE)).count("Why not.") == 5 + 8


def test_of_a_course_that_somebody_left_nothing_is_shown(site, changed):
    from web.database.models import Membership

    with site.services.database.write() as session:
        session.delete(session.scalars(select(Membership).where(Membership.user_id == site.people["ada"])).one())
    assert "Your score has changed" not in text_of(site.client("ada").get("/"))
    with site.services.database.read() as session:
        assert session.scalars(select(ScoreChange)).one().read_at is None
