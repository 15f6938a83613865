"""Columns that people fill in: made, changed, removed, and filled from a file that is shown before it is applied."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select

from tests.web.gradebook.conftest import BOOK, alone, rows
from web.database.models import Audit, Column, Mark
from web.gradebook.columns import points_of

COLUMNS = f"{BOOK}/columns"
FILE = "email,Oral exam\nada@example.org,7.5\nben@example.org,\n"


def marks(school) -> dict[str, float]:
    names = {number: name for name, number in school.site.people.items()}
    with school.read() as session:
        return {names[row.user_id]: row.points for row in session.scalars(select(Mark))}


def audited(school) -> list[tuple[str, str, str, str]]:
    with school.read() as session:
        found = session.scalars(select(Audit).order_by(Audit.id))
        return [
            (row.action, row.subject, row.old, row.new) for row in found if row.action.split()[0] in {"column", "mark"}
        ]


def bring(site, content: str | bytes, who: str = "grace"):
    data = content if isinstance(content, bytes) else content.encode()
    return site.client(who).post(f"{COLUMNS}/preview", data={"file": (io.BytesIO(data), "marks.csv")})


def apply(site, shown):
    """Press the button of a preview."""
    written = html.unescape(re.search(r'name="changes" value="([^"]*)"', shown.text)[1])
    return site.client("grace").post(f"{COLUMNS}/apply", data={"changes": written})


# Columns -------------------------------------------------------------------------------------------------


def test_a_column_is_made_changed_and_removed_and_each_is_kept(site, school):
    grace = site.client("grace")
    assert grace.post(COLUMNS, data={"name": " Oral  exam ", "out_of": "10"}).status_code == 303
    with school.read() as session:
        made = session.scalars(select(Column)).one()
    assert (made.name, made.out_of) == ("Oral exam", 10)
    assert grace.post(f"{COLUMNS}/{made.id}", data={"name": "口试", "out_of": "7,5"}).status_code == 303
    assert "口试" in alone(grace.get(COLUMNS))
    assert grace.post(f"{COLUMNS}/{made.id}/remove").status_code == 303
    with school.read() as session:
        assert session.scalars(select(Column)).all() == []
    about = f"column {made.id} in course {made.course_id}"
    assert audited(school) == [
        ("column made", about, "", "Oral exam / 10"),
        ("column changed", about, "Oral exam / 10", "口试 / 7.5"),
        ("column removed", about, "口试 / 7.5; ", ""),
    ]


def test_marks_are_removed_with_their_column_only_where_somebody_says_so(site, school):
    column = school.column("Oral exam", 10, ada=7.5)
    grace = site.client("grace")
    answer = grace.post(f"{COLUMNS}/{column}/remove", follow_redirects=True)
    assert "Tick that its marks are to be removed too." in alone(answer)
    assert marks(school) == {"ada": 7.5}
    grace.post(f"{COLUMNS}/{column}/remove", data={"with_marks": "1"})
    assert marks(school) == {}
    assert audited(school)[-1][2] == f"Oral exam / 10; user {site.people['ada']}: 7.5"


@pytest.mark.parametrize(
    ("name", "out_of", "words"),
    [
        ("", "10", "Give it a name"),
        ("x" * 61, "10", "at most 60 letters"),
        ("'Oral", "10", "Give it a name"),
        ("a\u202eb", "10", "Give it a name"),
        ("Email", "10", "Another column has this name"),
        ("out of", "10", "Another column has this name"),
        ("product_gradient", "10", "Another column has this name"),
        ("ORAL EXAM", "10", "Another column has this name"),
        ("Project", "", "A number from 0 to 10000"),
        ("Project", "-1", "A number from 0 to 10000"),
        ("Project", "nan", "A number from 0 to 10000"),
        ("Project", "1e9", "A number from 0 to 10000"),
        ("Project", "10001", "A number from 0 to 10000"),
    ],
)
def test_a_column_that_could_be_mistaken_is_refused_and_what_was_typed_stays(site, school, name, out_of, words):
    school.column("Oral exam")
    answer = site.client("grace").post(COLUMNS, data={"name": name, "out_of": out_of})
    assert answer.status_code == 422
    assert words in alone(answer)
    assert f'value="{out_of}"' in answer.text
    with school.read() as session:
        assert len(session.scalars(select(Column)).all()) == 1


def test_a_column_keeps_its_own_name(site, school):
    column = school.column("Oral exam", 10)
    assert (
        site.client("grace").post(f"{COLUMNS}/{column}", data={"name": "Oral exam", "out_of": "12"}).status_code == 303
    )


def test_columns_of_another_course_are_not_there(site, school):
    with school.write() as session:
        course = session.scalars(select(Column.course_id)).first() or 1
        foreign = Column(course_id=course + 1, name="Theirs", out_of=1, position=0)
        session.add(foreign)
    grace, ada = site.client("grace"), site.people["ada"]
    for end in (f"columns/{foreign.id}", f"columns/{foreign.id}/remove", f"{ada}/columns/{foreign.id}"):
        answer = grace.post(f"{BOOK}/{end}", data={"name": "Mine", "out_of": "1", "points": "1"})
        assert answer.status_code == 404
    with school.read() as session:
        assert session.get_one(Column, foreign.id).name == "Theirs"
    assert marks(school) == {}


# One mark ------------------------------------------------------------------------------------------------


def test_a_mark_is_set_and_taken_away_by_hand(site, school):
    column = school.column("Oral exam", 10)
    address, grace = f"{BOOK}/{site.people['ada']}/columns/{column}", site.client("grace")
    assert "No mark yet." in alone(grace.get(address))
    for typed, kept in (("7,5", {"ada": 7.5}), ("8", {"ada": 8}), ("8", {"ada": 8}), ("", {})):
        assert grace.post(address, data={"points": typed}).status_code == 303
        assert marks(school) == kept
    about = f"user {site.people['ada']}, column {column} in course 1"
    assert audited(school) == [
        ("mark set", about, "", "7.5"),
        ("mark set", about, "7.5", "8"),
        ("mark set", about, "8", ""),
    ]


def test_two_who_set_a_mark_at_once_do_not_overwrite_each_other_unnoticed(site, school):
    address, grace = (
        f"{BOOK}/{site.people['ada']}/columns/{school.column('Oral exam', 10, ada=7.123456789012345)}",
        site.client("grace"),
    )
    page = grace.get(address).text
    was = re.search(r'name="was" value="([^"]*)"', page)[1]
    assert grace.post(address, data={"points": "9", "was": was}).status_code == 303
    answer = grace.post(address, data={"points": "2", "was": was})
    assert answer.status_code == 409
    assert "9 of 10 points" in alone(answer)
    assert "Somebody else changed this mark meanwhile" in alone(answer)
    assert marks(school) == {"ada": 9}
    assert 'value="2"' in answer.text
    again = re.search(r'name="was" value="([^"]*)"', answer.text)[1]
    assert grace.post(address, data={"points": "2", "was": again}).status_code == 303
    assert marks(school) == {"ada": 2}
    assert grace.post(address, data={"points": "2", "was": was}).status_code == 303  # a double click: it is there


@pytest.mark.parametrize("typed", ["eight", "-1", "10001", "nan", "1e3", "0x1"])
def test_a_mark_that_is_no_number_is_refused(site, school, typed):
    address = f"{BOOK}/{site.people['ada']}/columns/{school.column()}"
    answer = site.client("grace").post(address, data={"points": typed})
    assert answer.status_code == 422
    assert "A number from 0 to 10000" in alone(answer)
    assert marks(school) == {}


def test_assistants_read_marks_and_do_not_set_them(site, school):
    address = f"{BOOK}/{site.people['ada']}/columns/{school.column('Oral exam', 10, ada=7)}"
    tom = site.client("tom")
    assert "7 of 10 points" in alone(tom.get(address))
    assert "<form" not in tom.get(address).text.partition("<main")[2].partition("</main>")[0]
    assert tom.post(address, data={"points": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "points"),
    [("7.5", 7.5), ("7,5", 7.5), (" ７．５ ", 7.5), ("0", 0.0), ("", None), ("7.5.1", None), ("−1", None), (".", None)],
)
def test_points_are_read_as_people_write_them(text, points):
    assert points_of(text) == points


# A file --------------------------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_then_applied_as_a_whole(site, school):
    school.column("Oral exam", 10, ben=3)
    shown = bring(site, FILE)
    assert "2 marks become others" in alone(shown)
    assert "Ada Oral exam – 7.5" in alone(shown)
    assert "Ben Oral exam 3 removed" in alone(shown)
    assert marks(school) == {"ben": 3}  # nothing yet
    assert apply(site, shown).status_code == 303
    assert marks(school) == {"ada": 7.5}
    assert [line[:1] + line[2:] for line in audited(school)] == [("mark set", "", "7.5"), ("mark set", "3", "")]


def test_the_same_file_twice_changes_nothing_the_second_time(site, school):
    school.column()
    shown = bring(site, FILE)
    for _ in range(2):
        assert apply(site, shown).status_code == 303
    assert len(audited(school)) == 1
    assert "There is nothing to change." in alone(bring(site, FILE))


def test_what_changed_meanwhile_stops_the_whole_file(site, school):
    """Somebody else's mark is not overwritten by what was shown an hour ago."""
    column = school.column()
    shown = bring(site, "email,Oral exam\nben@example.org,1\nada@example.org,7.5\n")
    site.client("grace").post(f"{BOOK}/{site.people['ada']}/columns/{column}", data={"points": "9"})
    apply(site, shown)
    assert marks(school) == {"ada": 9}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_will_do(site, school, codec, separator):
    school.column("口试")
    content = f"邮箱{separator}口试\r\nADA@example.org{separator}7\r\n".encode(codec)
    apply(site, bring(site, content))
    assert marks(school) == {"ada": 7}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("email,Oral exam\nada@example.org,ten\n", "Line 2 Oral exam: “ten” is no number"),
        ("email,Oral exam\nada@example.org,-1\n", "Line 2 Oral exam: “-1” is no number"),
        ("email,Oral exam\n\nwho@example.org,1\n", "Line 3 No student of this course has the e-mail who@example.org"),
        ("email,Oral exam\ngrace@example.org,1\n", "Line 2 No student of this course"),
        ("email,Oral exam\n,1\n", "Line 2 This line has no e-mail."),
        ("email,Oral exam\nada@example.org,1\nAda@example.org,2\n", "Line 3 ada@example.org stands in line 2 already"),
        ("email,Oral exam\nada@example.org,7,5\n", "Line 2 This line has more cells than the first row."),
        ("email,Oral exam,Essay\nada@example.org,1,2\n", "Line 1 There is no column “Essay”"),
        ("email,Oral exam,oral exam\nada@example.org,1,2\n", "Line 1 “oral exam” stands here twice."),
        ("Oral exam\n1\n", "no column called email"),
        ("email,name\nada@example.org,Ada\n", "Make the column first."),
        ("email,product_gradient\nada@example.org,6\n", "Change them on the student's page."),
        ("", "The file is empty."),
        (b"PK\x03\x04", "Save it as CSV"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line_and_nothing_can_be_applied(site, school, content, words):
    school.column()
    answer = bring(site, content)
    assert answer.status_code == 422
    assert words in alone(answer)
    assert 'name="changes"' not in answer.text


def test_what_was_exported_can_be_edited_and_brought_back(site, school):
    """Also where names were marked as text; exercises stay as they are, and more than the maximum is a bonus."""
    school.column("-1+1", 10, ada=3)
    school.attempt("ada", 5)
    school.arrange("ben", excused=True)
    school.member("ben", name="=1+1", email="ben+x@example.org")
    exported = site.client("grace").get(f"{BOOK}.csv").data.decode("utf-8-sig")
    assert "There is nothing to change." in alone(bring(site, exported))
    edited = exported.replace("ada@example.org,,5,,,3,", "ada@example.org,,6,,,12,")
    assert edited != exported
    shown = bring(site, edited)
    assert "1 mark becomes another one." in alone(shown)
    assert "product_gradient is 5 here and “6” in the file; it stays 5." in alone(shown)
    assert "12 is more than 10. It is taken as a bonus." in alone(shown)
    apply(site, shown)
    assert marks(school) == {"ada": 12}
    assert rows(site.client("grace").get(BOOK))["Ada"][-1] == "12"


@pytest.mark.parametrize("changes", ["", "nonsense", "[1]", '[["a",1,null,1]]', "[[99,1,null,1]]", "[[1,3,null,1]]"])
def test_what_no_preview_wrote_is_not_applied(site, school, changes):
    """Grace herself (user 3) is no student; column 99 is nobody's."""
    school.column()
    answer = site.client("grace").post(f"{COLUMNS}/apply", data={"changes": changes}, follow_redirects=True)
    assert "Nothing was changed" in alone(answer)
    assert marks(school) == {}


@pytest.mark.parametrize(
    "points", ["NaN", "Infinity", "-1", "10001", "1e999", "1" + "0" * 400, "[" * 100_000, '"x"', "{}"]
)
def test_numbers_that_no_preview_writes_change_nothing(site, school, points):
    column, ada = school.column("Oral exam", 10, ben=7.0), site.people["ada"]
    for written in (f"[[{column},{ada},null,{points}]]", f"[[{points},{ada},null,1]]", f"[[{column},{points},null,1]]"):
        answer = site.client("grace").post(f"{COLUMNS}/apply", data={"changes": written}, follow_redirects=True)
        assert "Nothing was changed" in alone(answer)
    assert marks(school) == {"ben": 7.0}
