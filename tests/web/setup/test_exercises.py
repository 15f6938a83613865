"""Which exercises a course has, in which order and as what; and its end."""

from __future__ import annotations

import pytest

from tests.web.accounts.acts import audit
from tests.web.setup.conftest import SETUP, assignment, course, hand_in, order, words
from web.database.models import Arrangement
from web.refusals import Refused

THREE = ["product_gradient", "softmax_derivative", "mlp_backward"]
EXERCISE = "/courses/backprop/product_gradient"


# Drafts -----------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_staff_and_by_nobody_else(site, grace):
    assert grace.act("draft").status_code == 303
    ada = site.client("ada")
    assert "The gradient of a product" not in words(ada.get("/courses/backprop"))
    assert "The gradient of a product" not in words(ada.get("/"))
    for path in (EXERCISE, f"{EXERCISE}/starter", "/api/v1/courses/backprop/exercises/product_gradient"):
        assert ada.get(path).status_code == 404
        assert site.client("tom").get(path).status_code == 200
    listed = ada.get("/api/v1/courses/backprop/exercises").json["items"]
    assert [one["exercise"] for one in listed] == THREE[1:]
    assert ada.post(EXERCISE, data={"code": "x = 1\n"}).status_code == 404
    with pytest.raises(Refused):
        hand_in(site)
    assert "A draft: students do not see this exercise." in words(site.client("tom").get(EXERCISE))


def test_what_was_handed_in_for_an_exercise_that_became_a_draft_can_still_be_read_by_its_author(site, grace):
    row = hand_in(site)
    grace.act("draft")
    assert site.client("ada").get(f"/submissions/{row.id}").status_code == 200
    assert site.client("ben").get(f"/submissions/{row.id}").status_code == 404


def test_a_published_draft_is_there_at_once(site, grace):
    grace.act("draft")
    grace.act("publish")
    assert site.client("ada").get(EXERCISE).status_code == 200


def test_all_drafts_are_published_at_once(site, grace):
    for name in THREE[:2]:
        grace.act("draft", name)
    assert "Publish all 2 drafts" in grace.read("/exercises")
    grace.post("/publish")
    assert not any(one.draft for one in course(site).assignments)


# Order ------------------------------------------------------------------------------------------------


def test_exercises_move_up_and_down_by_buttons(site, grace):
    grace.act("up", "mlp_backward")
    assert order(site) == ["product_gradient", "mlp_backward", "softmax_derivative"]
    grace.act("down", "product_gradient")
    assert order(site) == ["mlp_backward", "product_gradient", "softmax_derivative"]
    answer = grace.act("up", "mlp_backward")  # is the first already
    assert answer.location.endswith("/exercises#mlp_backward")
    assert order(site) == ["mlp_backward", "product_gradient", "softmax_derivative"]
    page = words(site.client("ada").get("/courses/backprop"))
    assert page.index("A multi-layer") < page.index("The gradient of a product") if "A multi-layer" in page else True
    assert len(audit(site, "exercises ordered")) == 2


def test_the_first_has_no_button_up_and_the_last_none_down(grace):
    page = grace.read("/exercises")
    assert page.count("↑ Up") == page.count("↓ Down") == 2


# Adding and removing ----------------------------------------------------------------------------------


def test_exercises_are_added_as_drafts_after_those_that_are_there(site, grace):
    names = [name for name in site.services.catalogue.sheets if name not in THREE][:2]
    assert (
        grace.browser.post(
            f"{SETUP}/exercises", data={"chosen": [*reversed(names), "product_gradient", "nonsense"]}
        ).status_code
        == 303
    )
    assert order(site) == [*THREE, *names]
    assert assignment(site, names[0]).draft
    assert grace.browser.get(f"/courses/backprop/{names[0]}").status_code == 200
    assert len(audit(site, "exercise added")) == 2


def test_what_the_course_has_is_not_offered_again(site, grace):
    page = grace.browser.get(f"{SETUP}/exercises").text
    offered = [name for name in site.services.catalogue.sheets if f'name="chosen" value="{name}"' in page]
    assert offered == [name for name in site.services.catalogue.sheets if name not in THREE]


def test_an_exercise_for_which_nothing_was_handed_in_is_removed(site, grace):
    assert grace.act("remove").status_code == 303
    assert order(site) == THREE[1:]
    assert len(audit(site, "exercise removed")) == 1


def test_one_with_work_is_kept_and_the_page_says_why(site, grace):
    hand_in(site)
    page = grace.browser.get(f"{SETUP}/exercises")
    assert page.text.count('value="remove"') == 2
    grace.act("remove")
    assert "cannot be removed. Make it a draft" in grace.read("/exercises")
    assert order(site) == THREE


def test_one_with_an_extension_is_kept_too(site, grace):
    with site.services.database.write() as session:
        ids = {"assignment_id": site.assignments["product_gradient"], "user_id": site.people["ada"]}
        session.add(Arrangement(**ids, excused=True, changed_at=site.clock()))
    grace.act("remove")
    assert order(site) == THREE


def test_an_act_that_there_is_not_is_refused(site, grace):
    assert grace.act("explode").status_code == 400
    assert grace.act("remove", "nonsense").status_code == 404
    assert site.client("tom").post(f"{SETUP}/exercises/product_gradient/act", data={"act": "draft"}).status_code == 404
    assert not assignment(site).draft


# Dates of all -----------------------------------------------------------------------------------------


def fields(site, **more):
    """The table as it stands in the browser."""
    due = {f"deadline-{one.id}": "2026-11-28T12:00" for one in course(site).assignments}
    return {**due, **{f"opens_at-{one.id}": "" for one in course(site).assignments}, **more}


def deadlines(answer) -> list[str]:
    page = answer.get_data(as_text=True)
    return [part.partition('value="')[2].partition('"')[0] for part in page.split('name="deadline-')[1:]]


def test_a_row_of_deadlines_is_filled_in_looked_at_and_saved(site, grace):
    series = {"first": "2026-12-04T18:00", "every": "7", "at_once": "1", "open_days": "7", "act": "fill"}
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **series))
    assert deadlines(answer) == ["2026-12-04T18:00", "2026-12-11T18:00", "2026-12-18T18:00"]
    assert "Nothing is saved yet" in words(answer)
    assert assignment(site).deadline.isoformat() == "2026-11-28T12:00:00+00:00"
    dates = zip(course(site).assignments, deadlines(answer), strict=True)
    saved = grace.browser.post(f"{SETUP}/dates", data=fields(site, **{f"deadline-{one.id}": due for one, due in dates}))
    assert saved.status_code == 303
    assert [one.deadline.isoformat()[:16] for one in course(site).assignments] == deadlines(answer)
    assert len(audit(site, "terms changed")) == 3


def test_several_exercises_share_a_deadline_and_the_row_begins_where_one_says(site, grace):
    series = {"first": "2026-12-04T18:00", "every": "7", "at_once": "2", "start": "softmax_derivative", "act": "fill"}
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **series))
    assert deadlines(answer) == ["2026-11-28T12:00", "2026-12-04T18:00", "2026-12-04T18:00"]


def test_six_in_the_evening_stays_six_when_clocks_change(site, grace):
    grace.course(timezone="Europe/Berlin")
    series = {"first": "2027-03-26T18:00", "every": "7", "at_once": "1", "act": "fill"}
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **series))
    assert deadlines(answer)[:2] == ["2027-03-26T18:00", "2027-04-02T18:00"]


def test_a_row_that_meets_an_hour_that_does_not_exist_says_so_there(site, grace):
    grace.course(timezone="Europe/Berlin")
    series = {"first": "2027-03-21T02:30", "every": "7", "at_once": "1", "act": "fill"}
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **series))
    assert "There is no 02:30 on 2027-03-28" in words(answer)


@pytest.mark.parametrize(
    "wrong", [{"first": ""}, {"every": "0"}, {"every": "x"}, {"at_once": "0"}, {"open_days": "-1"}]
)
def test_a_row_with_a_slip_is_refused_and_the_table_stays(site, grace, wrong):
    series = {"first": "2026-12-04T18:00", "every": "7", "at_once": "1", "act": "fill"} | wrong
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **series))
    assert answer.status_code == 422
    assert deadlines(answer) == ["2026-11-28T12:00"] * 3


def test_all_dates_are_set_or_none(site, grace):
    first, second, _ = course(site).assignments
    typed = {f"deadline-{first.id}": "2026-12-24T18:00", f"deadline-{second.id}": "never"}
    answer = grace.browser.post(f"{SETUP}/dates", data=fields(site, **typed))
    assert answer.status_code == 422
    assert assignment(site).deadline.isoformat() == "2026-11-28T12:00:00+00:00"


def test_an_empty_field_takes_a_deadline_away_and_a_missing_one_leaves_it(site, grace):
    first, second, _ = course(site).assignments
    grace.browser.post(f"{SETUP}/dates", data={f"deadline-{first.id}": "", f"deadline-{second.id}": "2026-11-28T12:00"})
    assert [one.deadline is None for one in course(site).assignments] == [True, False, False]


# The end of a course ----------------------------------------------------------------------------------


def test_an_archived_course_is_read_but_takes_nothing_in_and_can_be_brought_back(site, grace):
    grace.post("/end", end="1")
    ada = site.client("ada")
    assert "Backpropagation" not in words(ada.get("/")).replace("Chainrule grades backpropagation", "")
    assert "This course has ended." in words(ada.get("/courses/backprop"))
    with pytest.raises(Refused, match="has ended"):
        hand_in(site)
    assert "Archived courses you teach" in words(grace.browser.get("/"))
    grace.post("/end", end="0")
    assert hand_in(site).number == 1
    assert [line.action for line in audit(site) if "course" in line.action] == [
        "course archived",
        "course brought back",
    ]


# A new course -----------------------------------------------------------------------------------------

NEW = {"slug": "spring-2027", "title_en": "Spring", "title_zh": "春季", "timezone": "Asia/Shanghai", "state": "draft"}


def test_whoever_teaches_makes_a_course_and_teaches_it(site, grace):
    assert "Make a new course" in words(grace.browser.get("/"))
    answer = grace.browser.post("/new-course", data=NEW | {"chosen": ["mlp_backward", "product_gradient"]})
    assert answer.location == "/courses/spring-2027/staff/setup/dates"
    assert grace.browser.get(answer.location).status_code == 200
    made = course(site, "spring-2027")
    assert [one.exercise for one in made.assignments] == ["product_gradient", "mlp_backward"]
    assert all(one.draft for one in made.assignments)
    assert site.client("tom").get("/courses/spring-2027").status_code == 404


def test_a_new_course_is_offered_in_the_zone_of_the_last_one(site, grace):
    grace.course(timezone="Asia/Shanghai")
    assert 'name="timezone" type="text" value="Asia/Shanghai"' in grace.browser.get("/new-course").text


def test_nobody_else_is_offered_a_new_course(site):
    for name in ("ada", "tom", "mallory"):
        assert "Make a new course" not in words(site.client(name).get("/"))
        assert site.client(name).get("/new-course").status_code == 404
        assert site.client(name).post("/new-course", data=NEW).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "backprop"), ("slug", "Spring 2027"), ("slug", ""), ("title_zh", ""), ("timezone", "Nowhere")],
)
def test_what_is_wrong_with_a_new_course_is_said_at_its_field_and_nothing_typed_is_lost(grace, field, value):
    answer = grace.browser.post("/new-course", data=NEW | {"chosen": ["mlp_backward"], field: value})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert answer.text.count(" checked") == 1
