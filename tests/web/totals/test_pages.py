"""Weights are set in the set-up; then gradebook, student's page and file say the same total, with its steps."""

from __future__ import annotations

import csv
import io
import json
import time
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from tests.web.gradebook.conftest import BOOK, alone, rows
from tests.web.gradebook.test_book import queries
from web import standings
from web.database.models import Assignment, Audit, Column, Course
from web.gradebook import book
from web.totals.telling import steps

TOTAL = "/courses/backprop/staff/setup/total"
COURSE = "/courses/backprop"
EXERCISES = ("product_gradient", "softmax_derivative", "mlp_backward")  # 6, 10 and 15 points


def weigh(school, *categories: tuple[str, float, int], of: dict[str, str], shows: bool = True) -> None:
    """Straight into the tables. of: exercise, or a column's name → category."""
    plain = [dict(zip(("name", "weight", "drops"), one, strict=True)) for one in categories]
    school.course(weights=plain, shows_total=shows)
    with school.write() as session:
        for row in session.scalars(select(Assignment).join(Course).where(Course.slug == "backprop")):
            row.category = of.get(row.exercise, "")
        for row in session.scalars(select(Column)):
            row.category = of.get(row.name, "")


def weighed(school) -> None:
    """40 for the exercises but one, of which the lowest is dropped; 60 for an oral exam."""
    school.column("Oral exam", 10, ada=8.5)
    exercises = dict.fromkeys(EXERCISES, "Exercises / 练习")
    weigh(school, ("Exercises / 练习", 40, 1), ("Exam", 60, 0), of=exercises | {"Oral exam": "Exam"})


def saved(school):
    with school.read() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        of = {one.exercise: one.category for one in course.assignments if one.category}
        return course.weights, of, course.shows_total


def words(total):
    """All that is said of it."""
    said = [(one.text, one.result, [(text, len(items)) for text, items in one.pieces]) for one in steps(total)]
    return total.percent, total.least, said


def audited(school) -> list[Audit]:
    with school.read() as session:
        return list(session.scalars(select(Audit).where(Audit.action == "total changed").order_by(Audit.id)))


def fields(answer) -> dict[str, str]:
    """The form as a browser would send it back."""
    found, chosen = {}, []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            given = dict(attributes)
            if tag == "input" and given.get("name"):
                found[given["name"]] = given.get("value") or ""
            elif tag == "select":
                chosen.append(given["name"])
                found[given["name"]] = ""
            elif tag == "option" and "selected" in given:
                found[chosen[-1]] = given["value"]

    Reader().feed(answer.text.partition("<main")[2])
    return found


# Setting weights -----------------------------------------------------------------------------------------


def test_one_begins_with_the_chapters_and_the_total_stays_about_what_it_was(site, school):
    grace = site.client("grace")
    assert "The total is the sum of all points." in alone(grace.get(TOTAL))
    assert grace.post(TOTAL, data={"act": "chapters"}).status_code == 303
    weights, of, shows = saved(school)
    assert sum(one["weight"] for one in weights) == 100
    assert set(of) == set(EXERCISES)
    assert set(of.values()) == {one["name"] for one in weights}
    assert shows
    (line,) = audited(school)
    assert (line.actor_id, line.subject) == (site.people["grace"], "course 1")
    assert json.loads(line.old) == {"shows": True, "categories": []}
    assert len(json.loads(line.new)["categories"]) == len(weights)
    assert "Gradients by hand" in alone(grace.get(TOTAL))
    assert "手工求梯度" in alone(grace.get(TOTAL, headers={"Accept-Language": "zh"}))


def test_categories_are_made_changed_and_removed_in_one_form(site, school):
    grace, column = site.client("grace"), school.column("Oral exam", 10)
    form = fields(grace.get(TOTAL)) | {"name:": " Exam ", "weight:": "60"}
    assert grace.post(TOTAL, data=form).status_code == 303
    form = fields(grace.get(TOTAL)) | {f"of:column-{column}": "Exam", "name:Exam": "Oral", "drops:Exam": "1"}
    assert grace.post(TOTAL, data=form | {"shows": "no"}).status_code == 303
    assert saved(school) == ([{"name": "Oral", "weight": 60.0, "drops": 1}], {}, False)
    with school.read() as session:
        assert session.get_one(Column, column).category == "Oral"
    page = grace.get(TOTAL)
    assert "The weights add up to 60." in alone(page)
    assert "3 are in no category" in alone(page)
    assert grace.post(TOTAL, data=fields(page)).status_code == 303  # as it is
    assert len(audited(school)) == 2
    assert grace.post(TOTAL, data=fields(page) | {"remove": "Oral"}).status_code == 303
    assert saved(school)[0] is None
    with school.read() as session:
        assert session.get_one(Column, column).category == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name:": "", "weight:": "10"}, "Give it a name"),
        ({"name:": "x" * 101, "weight:": "10"}, "at most 100 letters"),
        ({"name:": "a\u202eb", "weight:": "10"}, "Give it a name"),
        ({"name:": "EXAM", "weight:": "10"}, "Another category has this name."),
        ({"name:": "Essay", "weight:": ""}, "Write its weight."),
        ({"name:": "Essay", "weight:": "101"}, "from 0 to 100"),
        ({"name:": "Essay", "weight:": "nan"}, "from 0 to 100"),
        ({"name:": "Essay", "weight:": "10", "drops:": "51"}, "from 0 to 50"),
        ({"weight:Exam": ""}, "Write its weight."),
        ({"shows": "perhaps"}, "Choose one of these."),
    ],
)
def test_what_has_to_be_mended_is_said_and_nothing_is_kept(site, school, typed, words):
    weigh(school, ("Exam", 60, 0), of={})
    grace = site.client("grace")
    answer = grace.post(TOTAL, data=fields(grace.get(TOTAL)) | typed)
    assert answer.status_code == 422
    assert words in alone(answer)
    assert saved(school)[0] == [{"name": "Exam", "weight": 60, "drops": 0}]


def test_two_who_set_weights_at_once_undo_nothing_of_each_others(site, school):
    weigh(school, ("A", 40, 0), ("B", 60, 0), of={})
    grace = site.client("grace")
    first = fields(grace.get(TOTAL)) | {"weight:A": "50"}
    second = fields(grace.get(TOTAL)) | {"of:mlp_backward": "B", "name:": "C", "weight:": "5"}
    third = fields(grace.get(TOTAL)) | {"drops:B": "2"}
    for form in (first, second, third):
        assert grace.post(TOTAL, data=form).status_code == 303
    assert saved(school)[:2] == (
        [
            {"name": "A", "weight": 50.0, "drops": 0},
            {"name": "B", "weight": 60.0, "drops": 2},
            {"name": "C", "weight": 5.0, "drops": 0},
        ],
        {"mlp_backward": "B"},
    )


def test_assistants_look_and_do_not_change(site, school):
    weigh(school, ("Exam", 60, 0), of={})
    tom = site.client("tom")
    assert "Instructors can change it." in alone(tom.get(TOTAL))
    assert tom.post(TOTAL, data={"act": "chapters"}).status_code == 404


def test_an_exercise_that_is_added_comes_where_the_others_of_its_chapter_are(site, school):
    grace = site.client("grace")
    grace.post(TOTAL, data={"act": "chapters"})
    with school.read() as session:
        by_hand = school.assignment(session, "product_gradient").category
    grace.post("/courses/backprop/staff/setup/exercises", data={"chosen": ["linear_loss"], "state": "published"})
    with school.read() as session:
        assert school.assignment(session, "linear_loss").category == by_hand != ""


# What it comes to ----------------------------------------------------------------------------------------


def test_the_gradebook_shows_the_total_by_weight_and_its_steps(site, school):
    weighed(school)
    school.attempt("ada", 3)
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    school.attempt("ben", 3)
    found = rows(site.client("tom").get(BOOK))
    assert found["Ada"] == ["87.00 %", "3", "9", "–", "8.5"]  # 90 × 40 + 85 × 60
    assert found["Ben"] == ["50.00 %", "3", "–", "–", "–"]  # no exam yet, and the one that counts is not dropped
    text = alone(site.client("tom").get(f"{BOOK}/{site.people['ada']}"))
    assert "Exercises (weight 40): 9 of 10 points" in text
    assert "dropped (the lowest): " in text
    assert "by weight: (90 % × 40 + 85 % × 60) ÷ 100 → 87 %" in text
    assert "If everything that is left out so far came to 0, the total would be" in text
    assert "练习（权重 40）：9 分，满分 10 分" in alone(
        site.client("tom").get(f"{BOOK}/{site.people['ada']}", headers={"Accept-Language": "zh"})
    )


@pytest.mark.parametrize("sort", ["sort=total", "sort=percent&order=down"])
def test_one_sorts_and_narrows_down_by_the_total_by_weight(site, school, sort):
    """Ada has more points, Ben the higher total."""
    weigh(school, ("A", 10, 0), ("B", 90, 0), of={"product_gradient": "A", "mlp_backward": "B"})
    school.attempt("ada", 7, "mlp_backward", out_of=15)
    school.attempt("ben", 6)
    grace = site.client("grace")
    assert list(rows(grace.get(f"{BOOK}?{sort}"))) == ["Ben", "Ada"]
    assert list(rows(grace.get(f"{BOOK}?below=50"))) == ["Ada"]


def test_what_has_closed_with_nothing_handed_in_counts_as_0_and_what_is_ours_does_not(site, school):
    weigh(school, ("A", 1, 0), of=dict.fromkeys(EXERCISES, "A"))
    school.attempt("ada", 6)
    school.attempt("ada", None, "softmax_derivative", state="ours")
    assert rows(site.client("tom").get(BOOK))["Ada"][0] == "100.00 %"
    site.clock.advance(days=8)
    found = rows(site.client("tom").get(BOOK))
    assert (found["Ada"][0], found["Ben"][0]) == (
        "28.57 %",
        "0.00 %",
    )  # 6 of 6 + 15; what we could not grade is left out


def test_in_an_archived_course_everything_is_due(site, school):
    weigh(school, ("A", 1, 0), of=dict.fromkeys(EXERCISES, "A"))
    with school.write() as session:
        for exercise in EXERCISES:
            school.assignment(session, exercise).deadline = None
    school.attempt("ada", 6)
    assert rows(site.client("tom").get(BOOK))["Ada"][0] == "100.00 %"
    school.course(archived_at=site.clock())
    assert rows(site.client("tom").get(BOOK))["Ada"][0] == "19.35 %"


def test_who_is_excused_from_everything_has_no_total(site, school):
    weigh(school, ("A", 1, 0), of={"product_gradient": "A"})
    school.attempt("ada", 6)
    school.arrange("ada", excused=True)
    site.clock.advance(days=8)
    assert rows(site.client("tom").get(BOOK))["Ada"][0] == "–"
    assert "Course total: nothing counts yet" in alone(site.client("ada").get(COURSE))


def test_gradebook_and_student_agree_whatever_there_is(site, school):
    """Two ways to the same number: one student in words, and the whole class at once."""
    weighed(school)
    school.course(credit={"late_percent": 10.0, "late_days": 3, "early_percent": 5.0, "early_hours": 24})
    for number, hours in enumerate((60, 23, -1, -25)):
        school.attempt("ada", 2 + number / 3, at=school.before_deadline(hours=hours))
        school.attempt("ben", 1 + number / 7, "softmax_derivative", out_of=10, at=school.before_deadline(hours=hours))
    school.arrange("ben", excused=True)
    school.arrange("ada", "softmax_derivative", points=3.25, points_why="x")
    school.attempt("ben", None, "mlp_backward", state="waiting")
    with school.write() as session:
        school.assignment(session, "mlp_backward").exercise = "gone"
    school.attempt("ada", 3, "gone", out_of=4)
    for days in (0, 5, 30):
        site.clock.advance(days=days)
        with school.read() as session:
            course = session.query(Course).filter_by(slug="backprop").one()
            for line in book.read(session, site.services.catalogue, course, site.clock()).lines:
                person = (line.user_id, "student")
                own = standings.progress(session, site.services.catalogue, course, person, site.clock()).total
                assert words(own) == words(line.weighed)
                assert own.percent is not None


def test_the_file_has_the_total_and_what_is_certain(site, school):
    weighed(school)
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    content = site.client("tom").get(f"{BOOK}.csv").data.decode("utf-8-sig")
    head, out_of, ada, ben = csv.reader(io.StringIO(content))
    assert head[-3:] == ["total", "percent", "at least"]
    assert out_of[-3:] == ["41", "100", "100"]
    assert ada[-3:] == ["17.5", "87", "73.5"]  # 9 of 16 × 40 + 85 × 60: of 6, 10 and 15 the last is dropped
    assert ben[-3:] == ["0", "", "0"]
    again = site.client("grace").post(
        f"{BOOK}/columns/preview", data={"file": (io.BytesIO(content.encode()), "marks.csv")}
    )
    assert "There is nothing to change." in alone(again)


# What students see ---------------------------------------------------------------------------------------


def test_a_student_reads_the_same_total_with_the_same_steps(site, school):
    weighed(school)
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    ada = site.client("ada")
    assert "Course total so far: 87 %" in alone(ada.get("/"))
    text = alone(ada.get(COURSE))
    assert "Course total so far: 87 %" in text
    theirs = alone(site.client("tom").get(f"{BOOK}/{site.people['ada']}"))
    assert theirs.partition("Step by step ")[2] in text
    assert "目前总评：87 %" in alone(ada.get(COURSE, headers={"Accept-Language": "zh"}))
    assert "87 %" in alone(site.client("tom").get(f"/courses/backprop/staff/students/{site.people['ada']}"))


def test_where_the_course_does_not_show_totals_students_see_points(site, school):
    weighed(school)
    school.course(shows_total=False)
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    ada = site.client("ada")
    for address in ("/", COURSE):
        assert "9 of 31 points" in alone(ada.get(address))
        assert "Course total" not in alone(ada.get(address))
        assert "8.5" not in alone(ada.get(address))
    assert "Students do not see it." in alone(site.client("tom").get(f"{BOOK}/{site.people['ada']}"))


@pytest.mark.parametrize("category", ["", "of an archive that has no such one"])
def test_of_a_column_in_no_category_students_hear_nothing(site, school, category):
    school.column("Behaviour", 10, ada=8.5)
    weigh(school, ("A", 1, 0), of={"product_gradient": "A", "Behaviour": category})
    text = alone(site.client("ada").get(COURSE))
    assert "In no category, so not in the total: The derivative of softmax" in text
    assert "Behaviour" not in text


def test_what_staff_called_a_column_is_text(site, school):
    school.column("<script>\u202e", 5, ada=4)
    weigh(school, ("<b>", 1, 0), of={"<script>\u202e": "<b>"})
    for page in (site.client("ada").get(COURSE), site.client("tom").get(f"{BOOK}/{site.people['ada']}")):
        assert "\u202e" not in page.text
        assert "<script>" not in page.text.partition("<main")[2].partition("</main>")[0]
        assert "&lt;b&gt; (weight 1)" in page.text


def test_students_do_not_see_each_others_totals(site, school):
    weighed(school)
    assert site.client("ben").get(f"{BOOK}/{site.people['ada']}").status_code == 404
    assert site.client("mallory").get(COURSE).status_code == 404


# Size ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [BOOK, f"{BOOK}.csv"])
def test_a_larger_class_takes_no_more_queries(site, school, address):
    weighed(school)
    tom = site.client("tom")
    school.crowd(2, 1)
    few = queries(site, lambda: tom.get(address))
    school.crowd(12, 3)
    assert queries(site, lambda: tom.get(address)) == few <= 16


def test_weights_cost_a_student_one_query(site, school):
    ada = site.client("ada")
    before = queries(site, lambda: ada.get(COURSE))
    weighed(school)
    assert queries(site, lambda: ada.get(COURSE)) <= before + 1


@pytest.mark.slow
def test_the_gradebook_of_300_comes_within_half_a_second_with_weights(whole_crowd):
    """Every category drops two, so that what is dropped has to be found for each student. A quiet machine needs 0.25 s."""
    site = whole_crowd
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "crowd")).one()
        course.weights = [{"name": name, "weight": 25.0, "drops": 2} for name in "ABCD"]
        for number, row in enumerate(course.assignments):
            row.category = "ABCD"[number % 4]
    grace, times = site.client("grace"), []
    for _ in range(20):
        began = time.process_time()  # of this process alone: whatever else the machine does
        assert grace.get("/courses/crowd/staff/gradebook").status_code == 200
        times.append(time.process_time() - began)
    assert sorted(times)[10] < 0.5, times
