"""What staff see of one student: results step by step, attempts in time, and what changed from one to the next."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
from sqlalchemy import event

from grader.calls import File
from tests.web.learners.acts import EXERCISE, RIGHT, WRONG, attempt, page, person
from tests.web.test_students import text_of
from web.database.models import Assignment, Membership, User


def change(site, table, key, **values):
    with site.services.database.write() as session:
        row = session.get_one(table, key)
        for name, value in values.items():
            setattr(row, name, value)


def strips(answer) -> list[str]:
    return re.findall(r'<svg class="strip".*?</svg>', answer.get_data(as_text=True), re.DOTALL)


def links(answer) -> list[tuple[str, str]]:
    """(address, what it is called) of the drawing's links."""
    found = []
    for tag in re.findall(r"<a [^>]*>", strips(answer)[0]):
        words = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        found.append((words["href"], unescape(words["aria-label"])))
    return found


# The person ---------------------------------------------------------------------------------------------


def test_the_page_says_who_it_is_and_what_they_have(site):
    with site.services.database.write() as session:
        key = (session.get_one(Assignment, site.assignments[EXERCISE]).course_id, site.people["ada"])
        session.get_one(Membership, key).group = "Tuesday"
    attempt(site, 2, 2, 0)
    text = text_of(site.client("tom").get(person(site)))
    assert "Ada" in text
    assert "ada@example.org" in text
    assert "Tuesday" in text
    assert "4 / 31 points in all" in text
    assert "1 attempt " in text


def test_late_work_is_explained_step_by_step(site):
    credit = {"early_percent": 0.0, "early_hours": 0, "late_percent": 10.0, "late_days": 3}
    change(site, Assignment, site.assignments[EXERCISE], credit=credit, deadline=site.clock() + timedelta(minutes=5))
    attempt(site, 2, 2, 2)
    text = text_of(site.client("tom").get(person(site)))
    assert "5.4 / 6 graded 6/6 1 day late: −10 % → 5.4" in text


def test_every_exercise_has_its_row_also_without_attempts(site):
    text = text_of(site.client("tom").get(person(site)))
    assert text.count("not begun") == 3
    assert "Nothing has been handed in yet." in text


def test_an_attempt_is_a_link_that_says_when_how_much_and_which_misconceptions(site):
    first = attempt(site, 0, 0, 2, codes=("M12", "M14"))
    second = attempt(site, 2, 2, 2)
    answer = site.client("tom").get(person(site))
    assert links(answer) == [
        (f"/submissions/{first}", "Attempt 1, Sat, Nov 21 12:10, 2 of 6 points, M12 M14"),
        (f"/submissions/{second}", "Attempt 2, Sat, Nov 21 12:20, 6 of 6 points, counts"),
    ]
    assert strips(answer)[0].count('class="named"') == 2


def test_what_waits_and_what_was_our_fault_is_in_the_drawing_without_points(site):
    attempt(site)
    (link,) = links(site.client("tom").get(person(site)))
    assert link[1].endswith("being graded")


def test_the_drawing_has_a_table_as_its_other_form(site):
    attempt(site, 2, 0, 0, codes=("M12",))
    body = site.client("tom").get(person(site)).get_data(as_text=True)
    table = body.partition("As a table")[2]
    assert "Attempt 1" in table
    assert 'title="The factor 2 of the square is missing, everywhere or in one parameter."' in table


def test_a_member_who_teaches_has_a_page_too(site):
    assert site.client("grace").get(person(site, "tom")).status_code == 200


@pytest.mark.parametrize("who", ["mallory"])
def test_somebody_of_another_course_is_not_there(site, who):
    grace = site.client("grace")
    assert grace.get(person(site, who)).status_code == 404
    assert grace.get(page(site, who)).status_code == 404
    assert grace.get("/courses/backprop/staff/students/999999").status_code == 404
    assert grace.get(f"{person(site)}/no_such_exercise").status_code == 404


@pytest.mark.parametrize("who", ["ada", "ben", "mallory"])
def test_students_have_no_such_page_not_even_about_themselves(site, who):
    assert site.client(who).get(person(site)).status_code == 404
    assert site.client(who).get(page(site)).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_name_is_never_markup_and_never_turns_a_line_around(site, language):
    change(site, User, site.people["ada"], name="<script>alert(1)</script>\u202e" + "x" * 150)
    attempt(site, 2, 0, 0, files=(File("<b>\u202e.py", "x = 1\n"),))
    grace = site.client("grace")
    grace.set_cookie("language", language)
    for address in (person(site), page(site)):
        body = grace.get(address).get_data(as_text=True)
        assert "<script>alert" not in body
        assert "\u202e" not in body


def test_the_page_asks_the_database_as_often_for_many_attempts_as_for_one(site):
    def asked() -> int:
        seen = []
        engine = site.services.database.engine
        event.listen(engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        assert browser.get(person(site)).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return sum(sql.lstrip().upper().startswith("SELECT") for sql in seen)

    browser = site.client("tom")
    attempt(site, 2, 2, 0)
    few = asked()
    for _ in range(12):
        attempt(site, 2, 0, 0, codes=("M12",))
    assert asked() == few
    assert few <= 15


# One exercise -------------------------------------------------------------------------------------------


def test_without_a_choice_the_last_two_attempts_are_compared(site):
    attempt(site, 0, 0, 0)
    attempt(site, 0, 2, 0, files=(File("ada.py", WRONG),), codes=("M37",))
    attempt(site, 2, 0, 2, codes=("M14",))
    text = text_of(site.client("tom").get(page(site)))
    assert "From attempt 2 to attempt 3" in text
    assert "2 then 4 / 6 ▲ +2" in text.replace("→ ", "")
    passing, failing = text.partition("Newly passing")[2].split("No longer passing")
    assert ("check 0" in passing, "check 2" in passing, "check 1" in passing) == (True, True, False)
    assert "check 1" in failing.partition("Misconceptions")[0]
    gone, new = text.partition("Misconceptions gone")[2].split("Misconceptions new")
    assert "M37" in gone
    assert "M14" in new
    assert "return w, x" in text
    assert "return w * upstream, x * upstream" in text


def test_any_two_attempts_can_be_compared_the_earlier_one_comes_first(site):
    for points in ((0, 0, 0), (2, 0, 0), (2, 2, 2)):
        attempt(site, *points)
    tom = site.client("tom")
    assert "From attempt 1 to attempt 3" in text_of(tom.get(f"{page(site)}?before=3&after=1"))
    for nonsense in ("before=1&after=1", "before=x&after=1", "before=7&after=9", "after=1"):
        assert "From attempt 2 to attempt 3" in text_of(tom.get(f"{page(site)}?{nonsense}"))


def test_one_attempt_is_compared_with_nothing(site):
    attempt(site, 0, 0, 0)
    assert "From attempt" not in text_of(site.client("tom").get(page(site)))


def test_what_is_not_graded_yet_is_compared_by_its_files_only(site):
    attempt(site, 0, 0, 0)
    attempt(site, files=(File("ada.py", WRONG),))
    text = text_of(site.client("tom").get(page(site)))
    assert "One of the two has no report." in text
    assert "−1 +1 lines" in text


def test_files_that_came_and_went_are_named(site):
    attempt(site, 0, 0, 0, files=(File("a.py", RIGHT), File("old.py", "x = 1\n")))
    attempt(site, 0, 0, 0, files=(File("a.py", RIGHT), File("new.py", "y = 2\n")))
    text = text_of(site.client("tom").get(page(site)))
    assert "a.py unchanged" in text
    assert "new.py came · −0 +1 lines" in text
    assert "old.py gone · −1 +0 lines" in text


def test_a_long_line_and_two_megabytes_come_as_a_page_that_can_be_read(site):
    attempt(site, 0, 0, 0, files=(File("ada.py", "x" * 100_000 + "\n" + "a\n" * 900_000),))
    attempt(site, 0, 0, 0, files=(File("ada.py", "x" * 100_001 + "\n" + "b\n" * 900_000),))
    answer = site.client("tom").get(page(site))
    assert answer.status_code == 200
    assert "Too much has changed to compare it line by line." in text_of(answer)
    assert len(answer.data) < 200_000


def test_the_attempts_are_listed_the_newest_first(site):
    attempt(site, 0, 0, 0)
    attempt(site, 2, 0, 0)
    body = site.client("tom").get(page(site)).get_data(as_text=True)
    table = body[body.index("<tbody>") :]
    assert table.index("Attempt 2") < table.index("Attempt 1")


def test_one_goes_from_student_to_student_by_name_and_stays_at_the_exercise(site):
    grace = site.client("grace")
    ada, ben = grace.get(person(site)).text, grace.get(person(site, "ben")).text
    assert f'rel="next" href="{person(site, "ben")}"' in ada
    assert 'rel="prev"' not in ada
    assert f'rel="prev" href="{person(site)}"' in ben
    assert 'rel="next"' not in ben
    assert f'rel="next" href="{page(site, "ben")}"' in grace.get(page(site)).text


def test_a_student_is_found_under_people_in_the_header(site):
    header = site.client("grace").get(person(site)).text.partition("</header>")[0]
    assert '/staff/people" aria-current="page"' in header


@pytest.mark.parametrize("room", ["submissions", "people", "gradebook"])
def test_other_pages_lead_to_a_student(site, room):
    attempt(site, 2, 0, 0)
    here = f"http://localhost/courses/backprop/staff/{room}"
    body = site.client("grace").get(here).get_data(as_text=True)
    assert f"http://localhost{person(site)}" in {
        urljoin(here, unescape(one)) for one in re.findall('href="([^"]+)"', body)
    }
