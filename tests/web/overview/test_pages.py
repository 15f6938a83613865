"""The class's page and those of its exercises: what is said there, where it leads, and what it costs."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, event, select, update

from grader.messages import Fault, Text
from tests.web.test_students import graded, hand_in, text_of
from web.database.models import Arrangement, Assignment, Course, Grade, Membership, Regrade, Submission, User
from web.recorder import record

CLASS = "/courses/backprop/staff"
EXERCISE = f"{CLASS}/exercises/product_gradient"
CROWD = "/courses/crowd/staff"


def attempts(site, name, *points, exercise=None):
    """Hand in and have graded: each a number of points for three checks of two points."""
    browser, found = site.client(name), []
    for each in points:
        site.clock.advance(minutes=10)
        found.append(hand_in(browser, code=f"x = {site.clock().timestamp()}\n"))
        graded(site, found[-1], *(min(max(each - 2 * n, 0), 2) for n in range(3)))
    return found


def name_codes(site, *codes):
    """As if every report had named these misconceptions."""
    with site.services.database.write() as session:
        session.execute(update(Grade).values(codes=list(codes)))


def set_values(site, kind, where, **values):
    with site.services.database.write() as session:
        session.execute(update(kind).where(where).values(**values))


def class_page(site, who="grace", words=""):
    return site.client(who).get(CLASS + words)


def line(answer, title="The gradient of a product") -> str:
    """The exercise's line in the table."""
    rows = answer.text.partition("<tbody>")[2].split("</tr>")
    return next(" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows if title in row)


# The class ----------------------------------------------------------------------------------------


def test_whoever_teaches_lands_on_the_class_from_home(site):
    for who in ("grace", "tom"):
        home = site.client(who).get("/").text
        assert re.search(r'<h2><a href="([^"]+)"', home).group(1) == CLASS
    assert CLASS not in site.client("ada").get("/").text


def test_where_nothing_needs_anybody_the_page_says_so(site):
    assert "Nothing needs you today." in text_of(class_page(site))


def test_a_new_course_says_that_students_see_nothing_of_it_yet(site):
    set_values(site, Assignment, Assignment.exercise != "mlp_backward", draft=True)
    assert "No exercise is published yet" not in today(class_page(site))
    set_values(site, Assignment, Assignment.exercise == "mlp_backward", draft=True)
    page = class_page(site)
    assert "No exercise is published yet: students see none." in today(page)
    assert 'href="/courses/backprop/staff/setup/exercises"' in page.text


def test_an_exercise_is_one_line_of_numbers(site):
    """Ada: 2, then 6 of 6; Ben has not begun."""
    attempts(site, "ada", 2, 6)
    said = line(class_page(site))
    assert "1 have handed in 1 have passed 100 % 2 100 %" in said
    assert said.endswith("0 1 have not begun")


def test_what_staff_try_out_themselves_is_not_counted(site):
    attempts(site, "grace", 6)
    assert "0 have" not in line(class_page(site))
    assert " 0 0 – – " in line(class_page(site))


def test_who_is_excused_is_not_missed(site):
    with site.services.database.write() as session:
        session.add(
            Arrangement(
                assignment_id=site.assignments["product_gradient"],
                user_id=site.people["ben"],
                excused=True,
                changed_at=site.clock(),
            )
        )
    assert line(class_page(site)).endswith("1 have not begun")


def test_a_group_is_looked_at_by_itself(site):
    attempts(site, "ada", 6)
    set_values(site, Membership, Membership.user_id == site.people["ada"], group="A")
    set_values(site, Membership, Membership.user_id == site.people["ben"], group="B")
    assert "1 have passed" in line(class_page(site, words="?group=A"))
    assert "have passed" not in line(class_page(site, words="?group=B"))
    assert f"{EXERCISE}?group=B" in class_page(site, words="?group=B").text


# What needs somebody today ------------------------------------------------------------------------


def today(answer) -> str:
    return text_of(answer).partition(" Today ")[2].partition(" Exercises ")[0]


def test_who_is_stuck_is_named_first_thing_while_they_can_still_be_helped(site):
    attempts(site, "ben", 2, 2, 2, 2)
    name_codes(site, "M35")
    page = class_page(site)
    assert "1 student is stuck at “The gradient of a product”" in today(page)
    listed = site.client("tom").get(f"{EXERCISE}/students?show=stuck")
    assert "Ben" in text_of(listed)
    assert "M35" in text_of(listed)
    site.clock.advance(days=30)
    assert "student is stuck at" not in today(class_page(site))


def test_in_a_group_todays_sentences_are_about_the_group(site):
    attempts(site, "ben", 2, 2, 2, 2)
    name_codes(site, "M35")
    set_values(site, Membership, Membership.user_id == site.people["ben"], group="B & C")
    assert "student is stuck" not in today(class_page(site, words="?group=A"))
    page = class_page(site, words="?group=B+%26+C")
    assert "1 student is stuck" in today(page)
    assert f'href="{EXERCISE}/students?show=stuck&amp;group=B+%26+C"' in page.text
    assert '<option value="B &amp; C" selected>' in page.text


def test_a_name_is_text_and_cannot_turn_a_line_around(site):
    attempts(site, "ben", 2, 2, 2, 2)
    name_codes(site, "M35")
    set_values(site, User, User.id == site.people["ben"], name="<b>Ben</b>\u202e")
    for address in (EXERCISE, f"{EXERCISE}/students?show=stuck"):
        page = site.client("grace").get(address).text
        assert "&lt;b&gt;Ben&lt;/b&gt;⟨U+202E⟩" in page
        assert "<b>Ben" not in page
        assert "\u202e" not in page


def test_several_who_are_stuck_at_the_same_thought_are_told_as_such(site):
    for who in ("ada", "ben"):
        attempts(site, who, 2, 2, 2, 2)
    name_codes(site, "M35")
    assert (
        "2 students are stuck at “The gradient of a product”. Most often: The derivative of a product by a factor is "
        "taken to be that factor itself, and not the other one (M35)."
    ) in today(class_page(site))


def test_a_fault_of_ours_can_be_graded_again_from_here(site):
    address = hand_in(site.client("ada"))
    with site.services.database.read() as session:
        row = session.get_one(Submission, address.rpartition("/")[2])
    record(site.services, [Fault(row.id, row.ticket, 0, "exercise", Text("broken", "坏了"))])
    page = class_page(site, "tom")
    assert "We could not grade 1 submission: our fault." in today(page)
    assert 'action="/courses/backprop/staff/again"' in page.text


def test_a_note_of_staffs_leads_to_the_student_and_begins_no_formula(site):
    with site.services.database.write() as session:
        session.get_one(User, site.people["ben"]).name = r"Ben $\frac"
        session.add(
            Arrangement(
                assignment_id=site.assignments["product_gradient"],
                user_id=site.people["ben"],
                flag="Ask <him> $",
                changed_at=site.clock(),
            )
        )
    page = class_page(site)
    assert r"Ben $\frac, “The gradient of a product”: Ask &lt;him&gt; $" in today(page)
    assert f'href="{CLASS}/students/{site.people["ben"]}/product_gradient"' in page.text


def test_grades_of_an_older_edition_are_noticed_until_a_regrade_waits_to_be_published(site):
    attempts(site, "ada", 6)
    set_values(site, Grade, Grade.id > 0, edition="older")
    assert "1 submission of “The gradient of a product” was graded by an older edition" in today(class_page(site))
    with site.services.database.write() as session:
        session.add(
            Regrade(
                assignment_id=site.assignments["product_gradient"],
                edition="x",
                state="ready",
                created_by=site.people["grace"],
                created_at=site.clock(),
            )
        )
    said = today(class_page(site))
    assert "A regrade of “The gradient of a product” is ready to be published." in said
    assert "older edition" not in said


def test_a_deadline_that_is_near_is_told_with_who_has_not_begun(site):
    attempts(site, "ada", 6)
    site.clock.advance(days=6, hours=-1)
    assert "“The gradient of a product” is due in 25 hours, and 1 student has not begun." in today(class_page(site))


def test_an_exercise_that_has_left_the_catalogue_is_told(site):
    set_values(site, Assignment, Assignment.exercise == "mlp_backward", exercise="no_more")
    assert "“no_more” has left the catalogue" in today(class_page(site))


def test_a_pass_rate_far_below_the_others_is_strange(crowd):
    """In the exercise with hardly a pass most of the class has begun; the others go well."""
    crowd.clock.advance(days=60)
    with crowd.services.database.write() as session:
        hard = crowd.assignments["affine_loss"]
        session.execute(
            update(Grade)
            .where(Grade.submission_id.in_(select(Submission.id).where(Submission.assignment_id == hard)))
            .values(points=1)
        )
    said = today(crowd.client("grace").get(CROWD))
    assert "Only 0% of those who began “Two gradients at once: the loss of a line” have passed" in said
    assert said.count("Only ") == 1


# An exercise --------------------------------------------------------------------------------------


def table(answer, figure: str) -> dict[str, list[str]]:
    """The cells of each row in a plot's table, by the head of the row."""
    body = answer.text.partition(f'id="{figure}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = {}
    for row in body.split("</tr>")[:-1]:
        words = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.split(r"</t[hd]>", row)]
        rows[words[0]] = words[1:-1]
    return rows


def test_scores_times_and_checks_are_told_in_tables(site):
    """Ada: 2, then 6 of 6, ten minutes later. Ben: 2, 4 of 6."""
    attempts(site, "ada", 2, 6)
    attempts(site, "ben", 2, 4)
    page = site.client("tom").get(EXERCISE)
    assert table(page, "scores")["All points"] == ["1 All points"]
    assert table(page, "scores")["60 % to under 70 % of the points"][0].startswith("1 ")
    assert table(page, "waits")["up to 15 minutes"][0].startswith("1 ")
    first, failed_first, last, failed_last = table(page, "checks")["check2"]
    assert (first[:3], failed_first[:1], last[:4], failed_last[:1]) == ("0 %", "2", "50 %", "1")


def test_misconceptions_are_told_as_they_fade_with_what_they_stand_for(site):
    attempts(site, "ben", 2, 2, 6)
    with site.services.database.write() as session:
        for grade in session.scalars(select(Grade).order_by(Grade.id).limit(2)):
            grade.codes = ["M35"]
    page = site.client("grace").get(EXERCISE)
    ((head, cells),) = table(page, "thoughts").items()
    assert head.startswith("M35 The derivative of a product by a factor")
    assert [cell[:1] for cell in cells] == ["1", "1", "1", "0", "0"]
    chinese = site.client("grace").get(EXERCISE, headers={"Accept-Language": "zh-CN"})
    assert "乘积对一个因子求导" in chinese.text


@pytest.mark.parametrize("words", ["", "?group=Group+02"])
@pytest.mark.parametrize("page", ["", "/exercises/affine_loss"])
def test_every_number_leads_to_just_as_many_students(crowd, page, words):
    """Each link of the page is followed, and the list has as many lines as the number says."""
    grace = crowd.client("grace")
    shown = grace.get(CROWD + page + words)
    links = re.findall(r'<a href="([^"]+/students\?[^"]+)">(\d+)', shown.text)
    assert len(links) > 15
    for address, count in links:
        listed = grace.get(address.replace("&amp;", "&")).text.partition("<tbody>")[2]
        assert listed.count("</tr>") == int(count), address


def test_the_students_of_a_list_lead_to_the_report_that_put_them_there(crowd):
    grace = crowd.client("grace")
    page = grace.get(f"{CROWD}/exercises/affine_loss/students?show=passed").text
    address = re.search(r'<td><a href="(/submissions/[^"]+)"', page).group(1)
    assert "6 of 6" in text_of(grace.get(address)) or "5 of 5" in text_of(grace.get(address))


@pytest.mark.parametrize("words", ["score=11", "score=x", "show=nobody", "wait=7", "attempt=-1"])
def test_words_that_make_no_sense_choose_everybody_who_handed_something_in(site, words):
    attempts(site, "ada", 2)
    assert "1 student" in text_of(site.client("grace").get(f"{EXERCISE}/students?{words}"))


def test_those_who_have_not_begun_are_listed_with_where_to_write_to_them(site):
    attempts(site, "ada", 2)
    said = text_of(site.client("grace").get(f"{EXERCISE}/students?show=not-begun"))
    assert "Ben ben@example.org" in said
    assert "ada@example.org" not in said


def test_a_check_that_nobody_passes_is_doubted(crowd):
    with crowd.services.database.write() as session:
        session.execute(update(Grade).values(verdicts=[["worked_example", False]]))
    said = text_of(crowd.client("grace").get(f"{CROWD}/exercises/affine_loss"))
    assert re.search(r"Nobody passes “[^”]+”, though 18 tried. Is the check right\?", said)


def test_an_exercise_nobody_has_begun_says_so(site):
    assert "Nothing has been handed in yet" in text_of(site.client("grace").get(EXERCISE))


# Live ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [CLASS, EXERCISE])
def test_nothing_is_sent_again_until_something_is_new(site, address):
    tom = site.client("tom")
    attempts(site, "ada", 2)
    seen = live_of(tom.get(address))
    assert tom.get(seen).status_code == 204
    attempts(site, "ben", 6)
    fresh = tom.get(seen)
    assert fresh.status_code == 200
    assert fresh.text.lstrip().startswith('<div id="live"')
    assert tom.get(live_of(fresh)).status_code == 204


def test_a_regrade_that_becomes_ready_is_news(site):
    attempts(site, "ada", 2)
    tom = site.client("tom")
    seen = live_of(tom.get(CLASS))
    with site.services.database.write() as session:
        of = site.assignments["product_gradient"]
        regrade = {"edition": "x", "state": "ready", "created_by": site.people["grace"], "created_at": site.clock()}
        session.add(Regrade(assignment_id=of, **regrade))
    assert "ready to be published" in tom.get(seen).text


def test_the_group_is_kept_when_the_page_renews_itself(site):
    set_values(site, Membership, Membership.user_id == site.people["ada"], group="A")
    seen = live_of(site.client("tom").get(f"{EXERCISE}?group=A"))
    assert parse_qs(urlsplit(seen).query)["group"] == ["A"]


def live_of(answer) -> str:
    return re.search(r'hx-get="([^"]+)"', answer.text).group(1).replace("&amp;", "&")


# What it costs ------------------------------------------------------------------------------------

PAGES = ("", "/exercises/affine_loss", "/exercises/affine_loss/students?show=submitted", "/live?seen=x", "/attention")


@contextmanager
def counting(crowd):
    """How many statements go to the database."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(crowd.services.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(crowd.services.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_half_the_class_as_for_all_of_it(crowd, page):
    grace = crowd.client("grace")
    grace.get(CROWD + page)
    with counting(crowd) as whole:
        assert grace.get(CROWD + page).status_code == 200
    halve(crowd)
    with counting(crowd) as half:
        assert grace.get(CROWD + page).status_code == 200
    assert len(whole) == len(half) <= 20


def halve(crowd):
    with crowd.services.database.write() as session:
        left = select(Membership.user_id).where(Membership.role == "student", Membership.user_id % 2 == 0)
        session.execute(delete(Membership).where(Membership.user_id.in_(left)))


@pytest.mark.parametrize("address", ["", "/exercises/affine_loss"])
def test_where_nothing_is_new_hardly_anything_is_asked(crowd, address):
    """Who asks, whether they may, what there is, and one look at its version."""
    grace = crowd.client("grace")
    seen = live_of(grace.get(CROWD + address))
    with counting(crowd) as statements:
        assert grace.get(seen).status_code == 204
    assert len([one for one in statements if "submissions" in one]) == 1
    assert len(statements) <= 10


def test_no_report_and_no_file_is_read(crowd):
    with counting(crowd) as statements:
        for page in PAGES:
            crowd.client("grace").get(CROWD + page)
    assert not [one for one in statements if "grades.report" in one or "submissions.files" in one]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_class_of_300_with_20_000_submissions_is_shown_within_half_a_second(whole_crowd, page):
    """Of a processor: on a machine that others use too, the clock on the wall tells of the others."""
    grace = whole_crowd.client("grace")
    taken = []
    for _ in range(4):
        began = time.process_time()
        assert grace.get(CROWD + page).status_code == 200
        taken.append(time.process_time() - began)
    assert min(taken) < 0.5


def test_a_course_without_students_or_exercises_has_a_page_too(site):
    with site.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        session.execute(delete(Assignment).where(Assignment.course_id == course.id))
    assert "No exercises yet" in text_of(class_page(site))
    set_values(site, Membership, Membership.role == "student", role="assistant")
    assert "No students yet" in text_of(class_page(site))
