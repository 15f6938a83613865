"""What those who teach see of regrades, and what they can do with them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from grader.messages import Fault, Text
from tests.web.conftest import Site
from tests.web.regrading.conftest import WHY, House
from tests.web.test_reliability import Bell
from tests.web.test_students import text_of
from web.database.models import Membership, SignIn, Submission
from web.recorder import record
from web.regrading import settling
from web.services import NAME

PAGE = "/courses/backprop/staff/regrades"
ADA, BEN = "ada", "ben"


@pytest.fixture
def course(site: Site) -> House:
    """The site with a bell, and what a test does to it."""
    made = replace(site.services, doorbell=Bell())
    site.services = made
    site.app.extensions[NAME] = made
    return House(made)


def long_signed_in(site: Site, name: str = "grace"):
    """A browser of somebody who said a while ago who they are."""
    browser = site.client(name)
    with site.services.database.write() as session:
        for one in session.scalars(select(SignIn).where(SignIn.user_id == site.people[name])):
            one.proved_at = None
    return browser


def older(course: House, edition: str = "an older one") -> None:
    """As if all this had been graded before the exercise was changed."""
    with course.services.database.write() as session:
        for row in session.scalars(select(Submission)):
            row.edition = edition


def test_what_an_older_edition_graded_is_offered_to_be_tried(site, course):
    course.graded(ADA, 4)
    grace = site.client("grace")
    assert "older edition" not in text_of(grace.get(PAGE))
    older(course)
    course.graded(BEN, 4)
    page = grace.get(PAGE)
    assert "1 submission of 2 Try the new edition" in text_of(page)
    link = re.search(r'href="([^"]+)#begin"', page.text).group(1)
    assert '<option value="product_gradient" selected>' in grace.get(link).text


def test_an_instructor_begins_one_and_watches_it(site, course):
    submission = course.graded(ADA, 4)
    grace = site.client("grace")
    answer = grace.post(PAGE, data={"exercise": "product_gradient", "why": WHY})
    assert answer.status_code == 303
    shown = text_of(grace.get(answer.location))
    assert "0 of 1 graded" in shown
    assert WHY in shown
    assert "The gradient of a product" in text_of(grace.get(PAGE))
    (job,) = course.fed()
    course.tell(job, 6)
    course.fed()
    asked = grace.get(f"{answer.location}/progress", headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"
    assert "0 stay, 1 gain, 0 lose." in text_of(grace.get(answer.location))
    assert course.shown(submission) == 4


def test_the_pace_is_what_was_graded_lately_and_says_what_goes_first(site, course):
    for _ in range(4):
        course.graded(ADA, 4)
    regrade, grace = course.begin(), site.client("grace")
    jobs = course.fed()
    site.clock.advance(seconds=10)
    assert "Nothing was graded in the last half minute." in text_of(grace.get(f"{PAGE}/{regrade}"))
    for job in jobs[:2]:
        course.tell(job, 4)
    site.clock.advance(seconds=10)
    shown = text_of(grace.get(f"{PAGE}/{regrade}"))
    assert "2 of 4 graded" in shown
    assert "6 a minute, less than a minute left." in shown
    grace_too = site.client("ben")
    grace_too.post("/courses/backprop/product_gradient", data={"code": "x = 1"})
    assert "1 student waits and goes first." in text_of(grace.get(f"{PAGE}/{regrade}"))


def test_what_is_wrong_with_a_beginning_is_said_and_nothing_typed_is_lost(site, course):
    course.graded(ADA, 4)
    grace = site.client("grace")
    answer = grace.post(PAGE, data={"exercise": "product_gradient", "why": " ", "new_seeds": "1"})
    assert answer.status_code == 422
    assert "Say why" in text_of(answer)
    assert 'value="1" checked' in answer.text
    assert grace.post(PAGE, data={"exercise": "no such", "why": WHY}).status_code == 404


def test_an_assistant_looks_and_does_not_decide(site, course):
    submission = course.graded(ADA, 4)
    regrade = course.regraded({submission: 6})
    tom = site.client("tom")
    page = tom.get(f"{PAGE}/{regrade}")
    assert "1 gain" in text_of(page)
    assert "Throw away" not in text_of(page)
    assert "<textarea" not in tom.get(PAGE).text
    for act in ("publish", "discard"):
        assert tom.post(f"{PAGE}/{regrade}/{act}", data={"why": WHY}).status_code == 404
    assert course.shown(submission) == 4


def test_the_difference_says_who_and_why(site, course):
    down, up, same = course.graded(ADA, 6, ("M35",)), course.graded(BEN, 2), course.graded(BEN, 4)
    regrade = course.regraded({down: 4, up: 6, same: 4}, {down: ("M37",)})
    grace = site.client("grace")
    shown = text_of(grace.get(f"{PAGE}/{regrade}"))
    assert "1 stay, 1 gain, 1 lose; the largest loss is 2 points (Ada, attempt 1)." in shown
    assert "Of the scores that count, 1 rises and 1 falls." in shown
    assert "▼ loses −2" in shown
    assert "M37 is named now M35 is named no more" in shown
    lines = grace.get(f"{PAGE}/{regrade}?show=lose").text.partition('<h2 id="lines"')[2].partition("<tbody")[2]
    assert lines.count("▼") == 1
    assert "▲" not in lines


def test_staff_open_the_report_that_nobody_else_can(site, course):
    submission = course.graded(ADA, 4)
    regrade = course.regraded({submission: 6}, new_seeds=True)
    (shadow,) = course.shadows()
    address = f"{PAGE}/{regrade}/{shadow.id}"
    tom = site.client("tom")
    after, before = tom.get(address), tom.get(f"{address}?show=before")
    assert "Only staff see this report" in text_of(after)
    assert "6 of 6 points" in text_of(after)
    assert shadow.seed in after.text
    assert "4 of 6 points" in text_of(before)
    assert shadow.seed not in before.text
    assert site.client("ada").get(address).status_code == 404
    assert "6 of 6" not in text_of(site.client("ada").get(f"/submissions/{submission}"))


def test_publishing_asks_anew_who_it_is_and_then_moves_the_scores(site, course):
    submission = course.graded(ADA, 4)
    regrade = course.regraded({submission: 6})
    grace = long_signed_in(site)
    answer = grace.post(f"{PAGE}/{regrade}/publish", data={"why": WHY})
    assert "/account/confirm" in answer.location
    assert course.shown(submission) == 4
    assert "<textarea" not in grace.get(f"{PAGE}/{regrade}").text  # nothing is typed that would be lost
    sure = site.client("grace")
    assert f"{WHY}</textarea>" in sure.get(f"{PAGE}/{regrade}").text
    answer = sure.post(f"{PAGE}/{regrade}/publish", data={"why": "Another reason."})
    assert answer.status_code == 303
    shown = text_of(sure.get(answer.location))
    assert "Published. 1 student is told." in shown
    assert "0 stayed, 1 gained, 0 lost." in shown
    assert course.shown(submission) == 6
    again = sure.post(f"{PAGE}/{regrade}/publish", data={"why": WHY})
    assert again.status_code == 422
    assert "published already" in text_of(again)


def test_thrown_away_it_leaves_everything_and_stays_in_the_list(site, course):
    submission = course.graded(ADA, 4)
    regrade, grace = course.begin(), site.client("grace")
    answer = grace.post(f"{PAGE}/{regrade}/discard")
    assert "No score has changed" in text_of(grace.get(answer.location))
    assert "thrown away" in text_of(grace.get(PAGE))
    assert "thrown away" in text_of(grace.get(f"{PAGE}/{regrade}"))
    assert course.shown(submission) == 4


def test_a_regrade_of_another_course_is_not_there(site, course):
    course.graded(ADA, 4)
    regrade = course.begin()
    with site.services.database.write() as session:
        session.scalars(
            select(Membership).where(Membership.user_id == site.people["mallory"])
        ).one().role = "instructor"
    mallory = site.client("mallory")
    for path in ("", "/progress", "/1"):
        assert mallory.get(f"/courses/other/staff/regrades/{regrade}{path}").status_code == 404
    for act in ("publish", "discard"):
        assert mallory.post(f"/courses/other/staff/regrades/{regrade}/{act}").status_code == 404


def test_what_could_not_be_graded_says_why(site, course):
    submission = course.graded(ADA, 4)
    regrade = course.begin()
    (job,) = course.fed()
    sorry = Text("sorry", "抱歉")
    record(course.services, [Fault(submission, job.ticket, 0, "exercise", sorry, "ZeroDivisionError in check2")])
    course.fed()
    shown = text_of(site.client("grace").get(f"{PAGE}/{regrade}"))
    assert "1 could not be graded: a fault of ours. It keeps the score that it has." in shown
    assert "ZeroDivisionError in check2" in shown
    (shadow,) = course.shadows()
    assert "stays as it is" in text_of(site.client("grace").get(f"{PAGE}/{regrade}/{shadow.id}"))


def test_for_staff_a_report_shows_the_seed_and_edition_of_the_grade_that_is_shown(site, course):
    submission = course.graded(ADA, 4)
    regrade = course.regraded({submission: 6}, new_seeds=True)
    (shadow,) = course.shadows()
    grace = site.client("grace")
    assert shadow.seed not in grace.get(f"/submissions/{submission}").text
    settling.publish(course.services, regrade, site.people["grace"], why=WHY)
    assert f"<code>{shadow.seed}</code>" in grace.get(f"/submissions/{submission}").text


def test_pages_ask_the_database_equally_often_for_a_whole_class(site, course):
    """A few queries however many submissions there are."""

    def queries(address: str) -> int:
        seen = []
        count = lambda *_: seen.append(1)  # noqa: E731
        grace = site.client("grace")
        grace.get(address)
        event.listen(site.services.database.engine, "before_cursor_execute", count)
        try:
            assert grace.get(address).status_code == 200
        finally:
            event.remove(site.services.database.engine, "before_cursor_execute", count)
        return len(seen)

    first = course.regraded({course.graded(ADA, 4): 6})
    few = [queries(PAGE), queries(f"{PAGE}/{first}")]
    settling.discard(course.services, first, site.people["grace"])
    points = {course.graded(name, 2 * (n % 3)): 2 * ((n + 1) % 3) for n in range(20) for name in (ADA, BEN)}
    with site.services.database.read() as session:
        points |= {one: 4 for one in session.scalars(select(Submission.id)) if one not in points}
    second = course.regraded(points)
    many = [queries(PAGE), queries(f"{PAGE}/{second}")]
    assert many == few
    assert max(many) <= 15  # three transactions, and a third of it is who asks


def test_both_languages_have_words_for_all_of_it(site, course):
    down, up = course.graded(ADA, 6, ("M35",)), course.graded(BEN, 2)
    regrade = course.regraded({down: 4, up: 6})
    grace = site.client("grace")
    grace.set_cookie("language", "zh")
    shown = text_of(grace.get(f"{PAGE}/{regrade}"))
    assert "0 份不变，1 份加分，1 份减分；减分最多的是 Ada 的第 1 次提交（2 分）。" in shown
    assert "不再指出 M35" in shown
    assert "待决定" in text_of(grace.get(PAGE))
