"""The gradebook shows what counts of every student, says in words what is not plain, and is sorted by its address."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import event

from tests.web.gradebook.conftest import BOOK, alone, rows
from web import standings
from web.database.models import Assignment, Course
from web.gradebook import book
from web.terms import Credit


def seen(site, words: str = "", who: str = "tom", language: str = "en"):
    answer = site.client(who).get(f"{BOOK}?{words}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(("counts", "points"), [("best", "6"), ("last", "2")])
def test_each_cell_holds_what_counts(site, school, counts, points):
    school.course(counts=counts)
    school.attempt("ada", 6)
    school.attempt("ada", 2)
    found = rows(seen(site))
    assert found == {
        "Ada": [points, f"{100 * int(points) / 31:.0f} %", points, "–", "–"],
        "Ben": ["0", "0 %", "–", "–", "–"],
    }


def test_late_work_extensions_overrides_and_excuses_are_said_in_words(site, school):
    school.course(credit={"late_percent": 10.0, "late_days": 3})
    after = school.before_deadline(hours=-30)
    school.attempt("ada", 5, at=after)
    school.attempt("ben", 5, at=after)
    school.arrange("ben", deadline=school.before_deadline(hours=-48))
    school.arrange("ada", "softmax_derivative", points=7.5, points_why="an oral exam")
    school.arrange("ada", "mlp_backward", excused=True)
    school.attempt("ben", None, "mlp_backward", state="waiting")
    found = rows(seen(site))
    assert found["Ada"] == ["11.5", "72 %", "4 late", "7.5 set", "excused"]
    assert found["Ben"] == ["5", "16 %", "5", "–", "– grading"]
    chinese = rows(seen(site, language="zh"))
    assert chinese["Ada"][2:] == ["4 迟交", "7.5 改分", "免做"]


def test_columns_of_ones_own_count_in_the_total(site, school):
    school.column("Oral exam", 9, ada=8.5)
    school.attempt("ada", 6)
    found = rows(seen(site))
    assert found["Ada"] == ["14.5", "36 %", "6", "–", "–", "8.5"]
    assert "Oral exam" in alone(seen(site))


def test_the_table_agrees_with_what_each_student_reads(site, school):
    """Two ways to the same number: one student in words, and the whole class at once."""
    school.course(credit=vars(Credit(5.0, 24, 10.0, 3)))
    for hours in (60, 23, 1, -1, -25, -49):
        for who, points in (("ada", 5 - hours % 3), ("ben", 3.5)):
            school.attempt(who, points, at=school.before_deadline(hours=hours))
    school.attempt("ada", 9, "softmax_derivative", out_of=10)
    school.arrange("ben", deadline=school.before_deadline(hours=-24))
    school.arrange("ada", "softmax_derivative", points=3.25)
    school.arrange("ben", "mlp_backward", excused=True)
    for counts in ("best", "last"):
        school.course(counts=counts)
        with school.read() as session:
            course = session.query(Course).filter_by(slug="backprop").one()
            whole = book.read(session, site.services.catalogue, course, site.clock())
            for line in whole.lines:
                person = (line.user_id, "student")
                own = standings.progress(session, site.services.catalogue, course, person, site.clock())
                assert [cell.points or 0.0 for cell in line.cells] == pytest.approx(
                    [one.points for one in own.standings]
                )
                assert (line.total, line.out_of) == pytest.approx((own.points, own.out_of))


def test_drafts_and_staff_are_left_out(site, school):
    with school.write() as session:
        session.get_one(Assignment, site.assignments["mlp_backward"]).draft = True
    school.attempt("grace", 6)
    found = rows(seen(site))
    assert {name: len(cells) for name, cells in found.items()} == {"Ada": 4, "Ben": 4}


def test_an_exercise_that_has_left_the_folder_keeps_its_points(site, school):
    with school.write() as session:
        session.get_one(Assignment, site.assignments["mlp_backward"]).exercise = "gone"
    school.attempt("ada", 3, "gone", out_of=4)
    assert rows(seen(site))["Ada"] == ["3", "15 %", "–", "–", "3"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["Ada", "Ben"]),
        ("order=down", ["Ben", "Ada"]),
        ("sort=total", ["Ben", "Ada"]),
        ("sort=total&order=up", ["Ada", "Ben"]),
        ("sort=percent", ["Ben", "Ada"]),
        ("sort=product_gradient", ["Ben", "Ada"]),
        ("sort=softmax_derivative", ["Ada", "Ben"]),
        ("sort=softmax_derivative&order=up", ["Ada", "Ben"]),
        ("sort=group", ["Ben", "Ada"]),
        ("sort=group&order=down", ["Ben", "Ada"]),
        ("sort=column-9&order=down", ["Ada", "Ben"]),
        ("name=AD", ["Ada"]),
        ("name=ben@example", ["Ben"]),
        ("group=Monday", ["Ben"]),
        ("below=10", ["Ada"]),
        ("below=nonsense", ["Ada", "Ben"]),
        ("name=nobody", []),
    ],
)
def test_it_is_sorted_and_narrowed_down_by_its_address(site, school, words, names):
    """Who has nothing in a column comes last, whichever way it is sorted."""
    school.attempt("ada", 1)
    school.attempt("ben", 6)
    school.attempt("ada", 1, "softmax_derivative")
    school.member("ben", group="Monday")
    assert list(rows(seen(site, words))) == names


def test_the_order_is_said_to_those_who_do_not_see_the_arrow(site, school):
    page = seen(site, "sort=total&name=a").text
    assert page.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in page
    assert "sort=total&amp;order=up" in page.replace(
        "name=a&amp;", ""
    )  # the other way round; what was looked for stays


def test_means_and_medians_are_of_those_who_have_something(site, school):
    school.crowd(2, 0)
    for who, points in zip(("ada", "ben", *list(site.people)[-1:]), (0, 1, 5), strict=True):
        school.attempt(who, points)
    text = alone(seen(site))
    foot = text.partition("Mean")[2]
    assert foot.split()[0] == "1.5"  # of all totals: 0, 1, 5, 0
    assert foot.split()[3] == "2"
    assert foot.partition("Median")[2].split()[3] == "1"


def test_the_name_of_an_exercise_is_part_of_an_address_and_nothing_else(site, school):
    """Where it came from an older archive, it need not be that of a file."""
    with school.write() as session:
        school.assignment(session, "mlp_backward").exercise = '"><script>a b'
    page = site.client("grace").get(BOOK).get_data(as_text=True)
    assert '"><script>' not in page
    assert "/%22%3E%3Cscript%3Ea%20b" in page


def test_a_name_is_text_and_cannot_turn_a_line_around(site, school):
    school.member("ben", name='Ben\u202e<b>"', group="<i>")
    school.column("<script>", 5)
    page = seen(site).text
    assert "\u202e" not in page
    assert "Ben⟨U+202E⟩&lt;b&gt;" in page
    assert "<script>" not in page.partition("<main")[2]


def queries(site, ask) -> int:
    count = 0

    def one_more(*_):
        nonlocal count
        count += 1

    engine = site.services.database.engine
    event.listen(engine, "before_cursor_execute", one_more)
    try:
        assert ask().status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", one_more)
    return count


@pytest.mark.parametrize("address", [BOOK, f"{BOOK}.csv"])
def test_a_larger_class_takes_no_more_queries(site, school, address):
    tom = site.client("tom")
    school.crowd(2, 1)
    few = queries(site, lambda: tom.get(address))
    school.crowd(12, 3)
    assert queries(site, lambda: tom.get(address)) == few <= 16


# One cell ------------------------------------------------------------------------------------------------


def test_a_cell_says_by_which_steps_its_points_came_about(site, school):
    school.course(credit={"late_percent": 10.0, "late_days": 3})
    for points in (2, 3):
        school.attempt("ada", points, at=school.before_deadline(hours=1))
    school.attempt("ada", 5, at=school.before_deadline(hours=-30))
    text = alone(site.client("tom").get(f"{BOOK}/{site.people['ada']}/product_gradient"))
    assert "4 of 6 points" in text
    assert "graded 5/6 → 5 2 days late: −20 % → 4" in text
    assert "Counts attempt 3, the best of 3 graded" in text
    assert "Extension none" in text
    assert "Excused no" in text
    assert "Set by staff no" in text


def test_a_cell_says_what_was_arranged(site, school):
    school.attempt("ada", 5)
    school.arrange("ada", deadline=school.before_deadline(hours=-24), points=6, points_why="a slip of ours")
    text = alone(site.client("tom").get(f"{BOOK}/{site.people['ada']}/product_gradient"))
    assert "Step by step graded 5/6 → 5 set by staff: a slip of ours → 6" in text
    assert "Extension yes" in text
    school.arrange("ben", excused=True)
    assert "left out of the total" in alone(site.client("tom").get(f"{BOOK}/{site.people['ben']}/product_gradient"))


def test_a_cell_comes_without_the_page_for_a_script(site):
    address = f"{BOOK}/{site.people['ada']}/product_gradient"
    fragment = site.client("tom").get(address, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith("<section")
    assert "<html" not in fragment


@pytest.mark.parametrize("who", ["grace", "mallory"])
def test_only_students_of_the_course_have_cells(site, who):
    for end in ("product_gradient", "nonsense", "columns/1"):
        assert site.client("grace").get(f"{BOOK}/{site.people[who]}/{end}").status_code == 404
    assert site.client("grace").get(f"{BOOK}/{site.people['ada']}/nonsense").status_code == 404


# The file ------------------------------------------------------------------------------------------------


def exported(site) -> list[list[str]]:
    site.clock.moment = site.clock().replace(hour=20)
    answer = site.client("tom").get(f"{BOOK}.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gradebook-backprop-2026-11-22.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_gradebook_is_exported_for_a_spreadsheet_under_the_courses_own_day(site, school):
    school.course(timezone="Asia/Shanghai")
    school.attempt("ada", 5.5)
    school.arrange("ben", excused=True)
    school.member("ben", group="Monday")
    school.column("Oral exam", 9, ben=8)
    head, out_of, ada, ben = exported(site)
    exercises = ["product_gradient", "softmax_derivative", "mlp_backward"]
    assert head == ["name", "email", "group", *exercises, "Oral exam", "total", "percent"]
    assert out_of == ["", "out of", "", "6", "10", "15", "9", "40", "100"]
    assert ada == ["Ada", "ada@example.org", "", "5.5", "", "", "", "5.5", "13.8"]
    assert ben == ["Ben", "ben@example.org", "Monday", "excused", "", "", "8", "8", "23.5"]


def test_nothing_that_people_chose_becomes_a_formula_in_a_spreadsheet(site, school):
    school.course(timezone="Asia/Shanghai")
    school.member("ben", name='=HYPERLINK("http://example.org","click")', group="@x")
    school.column("-1+1", 9)
    head, _, *people = exported(site)
    assert "'-1+1" in head
    assert ['\'=HYPERLINK("http://example.org","click")', "ben@example.org", "'@x"] in [row[:3] for row in people]
