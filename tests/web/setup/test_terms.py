"""The terms of an exercise: what an instructor types is what students read, and what holds when they hand in."""

from __future__ import annotations

import pytest

from grader.messages import Finding, Graded, Report, Text
from tests.web.accounts.acts import audit
from tests.web.setup.conftest import PRODUCT, SETUP, TERMS, assignment, at, course, hand_in, mistakes, words
from web.database.models import Arrangement, Course, Submission
from web.recorder import record
from web.refusals import Refused
from web.terms import Credit, credit_of

EXERCISE = "/courses/backprop/product_gradient"


def exercise_page(site, name="ada", **headers):
    return words(site.client(name).get(EXERCISE, headers=headers))


def zone(site, name):
    with site.services.database.write() as session:
        session.get_one(Course, course(site).id).timezone = name


# Dates ------------------------------------------------------------------------------------------------


def test_dates_are_typed_and_shown_in_the_zone_of_the_course(site, grace):
    zone(site, "Asia/Shanghai")
    assert grace.terms(deadline="2026-12-04T18:00").status_code == 303
    assert assignment(site).deadline == at("2026-12-04T10:00")
    assert 'value="2026-12-04T18:00"' in grace.browser.get(PRODUCT).text
    assert "Fri, Dec 4 18:00" in exercise_page(site)


def test_a_time_that_clocks_jump_over_is_refused_with_one_that_exists(site, grace):
    zone(site, "Europe/Berlin")
    answer = grace.terms(deadline="2027-03-28T02:30")
    assert answer.status_code == 422
    assert mistakes(answer) == {"deadline"}
    assert "There is no 02:30 on 2027-03-28 in Europe/Berlin" in words(answer)
    assert "2027-03-28 03:30" in words(answer)
    assert assignment(site).deadline == at("2026-11-28T12:00")


def test_of_an_hour_that_comes_twice_students_get_the_longer_time(site, grace):
    zone(site, "Europe/Berlin")
    grace.terms(opens_at="2027-10-31T02:30", deadline="2027-10-31T02:45")
    row = assignment(site)
    assert (row.opens_at, row.deadline) == (at("2027-10-31T00:30"), at("2027-10-31T01:45"))


def test_what_was_not_touched_stays_to_the_second(site, grace):
    """A field shows minutes; saving other things must not move a deadline."""
    exact = at("2026-11-28T12:00:42")
    with site.services.database.write() as session:
        session.merge(assignment(site)).deadline = exact
    grace.terms(deadline="2026-11-28T12:00", limit="limited", attempts="3")
    assert (assignment(site).deadline, assignment(site).attempts) == (exact, 3)


@pytest.mark.parametrize(
    "typed",
    [
        "soon",
        "2026-13-01T10:00",
        "0026-12-01T10:00",
        "20261-12-01T10:00",
        "2026-12-01T10:00Z",
        "2026-12-01T99:00",
        "2026-12-01",
        "2026-W49-5",
        "２０２６-12-01T10:00",
        "2026-12-01T10:00\x00",
    ],
)
def test_what_is_no_time_is_said_at_its_field(site, grace, typed):
    answer = grace.terms(deadline=typed)
    assert (answer.status_code, mistakes(answer)) == (422, {"deadline"})
    assert assignment(site).deadline == at("2026-11-28T12:00")


def test_nothing_is_due_before_it_opens(site, grace):
    answer = grace.terms(opens_at="2026-12-01T10:00", deadline="2026-12-01T10:00")
    assert (answer.status_code, mistakes(answer)) == (422, {"deadline"})


def test_what_was_typed_stays_in_the_form_that_is_refused(grace):
    answer = grace.terms(deadline="2026-12-01T10:00", rules="own", early_percent="a lot")
    assert 'value="a lot"' in answer.text
    assert 'value="2026-12-01T10:00"' in answer.text


def test_an_exercise_opens_and_closes_when_it_says(site, grace):
    grace.terms(opens_at="2026-11-21T13:00", deadline="2026-11-21T15:00")
    with pytest.raises(Refused, match="not open yet"):
        hand_in(site)
    site.clock.advance(hours=1)
    assert hand_in(site).number == 1
    site.clock.advance(hours=2, seconds=1)
    with pytest.raises(Refused, match="deadline has passed"):
        hand_in(site)


def test_an_extension_takes_in_what_the_class_can_no_longer_hand_in(site, grace):
    grace.terms(deadline="2026-11-21T12:30", rules="own", late_percent="10", late_days="1")
    with site.services.database.write() as session:
        ids = {"assignment_id": site.assignments["product_gradient"], "user_id": site.people["ada"]}
        session.add(Arrangement(**ids, deadline=at("2026-11-25T12:00"), changed_at=site.clock()))
    site.clock.advance(days=3)
    assert hand_in(site).number == 1
    with pytest.raises(Refused, match="deadline has passed"):
        hand_in(site, "ben")
    assert "extended for you" in exercise_page(site)
    assert "late: −10 % a day, 1 day, until Thu, Nov 26 12:00" in exercise_page(site)


# Credit by time ---------------------------------------------------------------------------------------


def test_students_read_what_early_and_late_work_is_worth(site, grace):
    grace.course(early_percent="5", early_hours="24", late_percent="10", late_days="3")
    page = exercise_page(site)
    assert "early: +5 % until Fri, Nov 27 12:00" in page
    assert "late: −10 % a day, 3 days, until Tue, Dec 1 12:00" in page
    site.clock.advance(days=6, hours=12)
    assert "early:" not in exercise_page(site)
    site.clock.advance(days=1)
    assert "late: −10 % if handed in now" in exercise_page(site)
    assert "late: −10 % if handed in now" in words(site.client("ada").get("/courses/backprop"))
    site.clock.advance(days=1)
    assert "late: −20 % if handed in now" in exercise_page(site)
    assert hand_in(site).number == 1
    site.clock.advance(days=2)
    assert "if handed in now" not in exercise_page(site)


def test_the_same_is_read_in_chinese(site, grace):
    grace.course(early_percent="5", early_hours="24", late_percent="10", late_days="3")
    page = exercise_page(site, **{"Accept-Language": "zh-CN"})
    assert "11月27日周五 12:00 前提交：+5%" in page
    assert "迟交：每天 −10%，最多 3 天" in page


def test_own_rules_hold_instead_of_the_courses_also_where_they_are_none(site, grace):
    grace.course(late_percent="10", late_days="3")
    assert "late: −10 % a day" in grace.read("/exercises/product_gradient")
    grace.terms(rules="own")
    assert credit_of(assignment(site).credit) == Credit()
    assert "late work is not taken in" in grace.read("/exercises/product_gradient")
    grace.terms(rules="course")
    assert assignment(site).credit is None


def test_days_of_grace_cost_nothing(site, grace):
    grace.terms(rules="own", late_days="2", deadline="2026-11-21T11:00")
    assert "late, but nothing is lost if handed in now" in exercise_page(site)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"early_percent": "-1"}, {"early_percent"}),
        ({"early_percent": "101"}, {"early_percent"}),
        ({"early_percent": "nan"}, {"early_percent"}),
        ({"early_percent": "1e1"}, {"early_percent"}),
        ({"early_hours": "24"}, {"early_percent"}),
        ({"early_hours": "٣", "early_percent": "5"}, {"early_hours"}),
        ({"late_percent": "10"}, {"late_days"}),
        ({"late_percent": "10", "late_days": "0.5"}, {"late_days"}),
        ({"late_percent": "10", "late_days": "999"}, {"late_days"}),
        ({"title_zh": " "}, {"title_zh"}),
        ({"title_en": "x" * 201}, {"title_en"}),
        ({"timezone": "Berlin"}, {"timezone"}),
        ({"counts": "first"}, {"counts"}),
        ({"shows_hidden": "soon"}, {"shows_hidden"}),
    ],
)
def test_what_is_wrong_in_the_courses_form_is_said_at_its_field_and_nothing_is_set(site, grace, fields, wrong):
    answer = grace.course(**fields)
    assert (answer.status_code, mistakes(answer)) == (422, wrong)
    assert course(site).credit is None


def test_half_percents_are_typed_with_a_point_or_a_comma(site, grace):
    grace.course(late_percent="2,5", late_days="1")
    assert credit_of(course(site).credit) == Credit(late_percent=2.5, late_days=1)


# Attempts ---------------------------------------------------------------------------------------------


def test_attempts_come_back_and_the_page_says_when(site, grace):
    grace.terms(limit="limited", attempts="2", attempts_hours="4")
    assert "each comes back after 4 hours" in exercise_page(site)
    hand_in(site), hand_in(site)
    assert "0 of 2 left" in exercise_page(site)
    with pytest.raises(Refused, match="comes back in 4 h"):
        hand_in(site)
    site.clock.advance(hours=4)
    assert "2 of 2 left" in exercise_page(site)
    assert hand_in(site).number == 3


def test_a_reset_gives_the_whole_class_all_attempts_again(site, grace):
    grace.terms(limit="limited", attempts="1")
    hand_in(site), hand_in(site, "ben")
    site.clock.advance(minutes=1)
    assert grace.post("/exercises/product_gradient/reset").status_code == 303
    site.clock.advance(minutes=1)
    assert "1 of 1 left" in exercise_page(site)
    assert hand_in(site, "ben").number == 2
    assert "Last done: Sat, Nov 21 12:01" in grace.read("/exercises/product_gradient")
    with site.services.database.read() as session:
        assert session.query(Submission).count() == 3


@pytest.mark.parametrize("fields", [{"attempts": ""}, {"attempts": "0"}, {"attempts": "1001"}, {"attempts": "x"}])
def test_a_number_of_attempts_is_one_from_one_on(grace, fields):
    answer = grace.terms(limit="limited", **fields)
    assert (answer.status_code, mistakes(answer)) == (422, {"attempts"})


def test_without_a_limit_the_fields_for_it_do_not_matter(site, grace):
    assert grace.terms(limit="any", attempts="x", attempts_hours="y").status_code == 303
    assert assignment(site).attempts is None


# Hidden checks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shows_hidden": "always"}, "Checks with hidden inputs are shown in the report too."),
        ({"shows_hidden": "never"}, "and no more."),
        ({"shows_hidden": "date", "hidden_until": "2026-12-24T08:00"}, "shown from Thu, Dec 24 08:00 on"),
        ({"shows_hidden": "date", "hidden_until": "2026-11-20T08:00"}, "Checks with hidden inputs are shown in the"),
        ({"shows_hidden": "course"}, "shown from Sat, Nov 28 12:00 on"),
    ],
)
def test_students_read_when_hidden_checks_are_shown(site, grace, fields, said):
    assert grace.terms(**fields).status_code == 303
    assert said in exercise_page(site)


def test_a_date_for_hidden_checks_has_to_be_written(grace):
    answer = grace.terms(shows_hidden="date")
    assert (answer.status_code, mistakes(answer)) == (422, {"hidden_until"})


SECRET = Text("got 3, expected 5", "得到 3，应为 5")


def hidden_report(site) -> str:
    """The address of Ada's report, in which a hidden check failed."""
    row = hand_in(site)
    finding = Finding("a", "product_backward", Text("a check", "检查"), False, 0, 6, public=False, detail=SECRET)
    report = Report("product_gradient", Text("A title", "标题"), row.edition, row.seed, (finding,))
    assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1
    return f"/submissions/{row.id}"


@pytest.mark.parametrize(
    ("course_fields", "fields", "opens"),
    [
        ({"shows_hidden": "always"}, {}, "now"),
        ({"shows_hidden": "never"}, {}, "never"),
        ({"shows_hidden": "never"}, {"shows_hidden": "always"}, "now"),
        ({}, {"shows_hidden": "never"}, "never"),
        ({}, {}, "2026-11-28T12:00"),
        ({"late_percent": "10", "late_days": "2"}, {}, "2026-11-30T12:00"),
        ({}, {"shows_hidden": "date", "hidden_until": "2026-11-22T08:00"}, "2026-11-22T08:00"),
        ({"shows_hidden": "date"}, {"hidden_until": "2026-11-22T08:00"}, "2026-11-22T08:00"),
        ({"shows_hidden": "date"}, {}, "never"),
    ],
)
def test_what_hidden_checks_say_is_read_when_the_terms_say_and_not_before(site, grace, course_fields, fields, opens):
    assert grace.course(**course_fields).status_code == grace.terms(**fields).status_code == 303
    address = hidden_report(site)
    assert SECRET.en in words(site.client("tom").get(address))
    if opens == "now":
        assert SECRET.en in words(site.client("ada").get(address))
        return
    site.clock.moment = at("2027-01-01T12:00" if opens == "never" else opens)
    ada = site.client("ada")
    assert SECRET.en not in words(ada.get(address))
    assert SECRET.en not in ada.get(f"/api/v1{address}").text
    site.clock.advance(seconds=1)
    assert (SECRET.en in words(ada.get(address))) == (opens != "never")


# Preview ----------------------------------------------------------------------------------------------


def test_a_preview_says_what_would_hold_and_changes_nothing(site, grace):
    form = TERMS | {
        "deadline": "2026-12-04T18:00",
        "rules": "own",
        "late_percent": "10",
        "late_days": "3",
        "limit": "limited",
        "attempts": "3",
        "attempts_hours": "4",
    }
    expected = (
        "due Fri, Dec 4 18:00; late: −10 % a day, 3 days, until Mon, Dec 7 18:00; "
        "3 attempts, each comes back after 4 hours; hidden checks are shown from Mon, Dec 7 18:00 on"
    )
    whole = words(grace.browser.post(f"{PRODUCT}/preview", data=form))
    part = words(grace.browser.post(f"{PRODUCT}/preview", data=form, headers={"HX-Request": "true"}))
    assert expected in whole
    assert "Not saved yet." in whole
    assert part == expected
    assert assignment(site).deadline == at("2026-11-28T12:00")
    grace.browser.post(PRODUCT, data=form)
    assert expected in grace.read("/exercises/product_gradient")


def test_a_preview_of_what_is_wrong_says_so(grace):
    part = grace.browser.post(f"{PRODUCT}/preview", data=TERMS | {"deadline": "x"}, headers={"HX-Request": "true"})
    assert "Write a date and a time" in words(part)


# The journal ------------------------------------------------------------------------------------------


def test_every_change_is_written_down_with_what_was_there_before(site, grace):
    grace.terms(limit="limited", attempts="3")
    grace.terms(limit="limited", attempts="3")  # changes nothing, and is not written down
    (line,) = audit(site, "terms changed")
    assert line.actor_id == site.people["grace"]
    assert line.subject.startswith("exercise product_gradient in course ")
    assert (line.old, line.new) == ('{"attempts": null}', '{"attempts": 3}')
    grace.course(counts="last")
    (line,) = audit(site, "course changed")
    assert (line.old, line.new) == ('{"counts": "best"}', '{"counts": "last"}')


def test_assistants_see_the_set_up_and_cannot_change_it(site):
    tom = site.client("tom")
    for path in ("", "/exercises", "/exercises/product_gradient", "/dates"):
        answer = tom.get(f"{SETUP}{path}")
        assert answer.status_code == 200
        assert "Instructors can change it." in words(answer)
        assert "<button" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert tom.post(PRODUCT, data=TERMS).status_code == 404
    assert site.client("ada").get(SETUP).status_code == 404
