"""Comments of staff: at a line or on the whole, read there by the student whose work it is and by nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from grader.calls import File
from tests.web.learners.acts import EXERCISE, RIGHT, attempt, page, person
from tests.web.test_students import text_of
from web.database.models import Audit, Comment


def say(site, key: str, text: str = "Look here.", who: str = "tom", line=2, file=0):
    return site.client(who).post(f"/submissions/{key}/comments", data={"text": text, "line": line, "file": file})


def remove(site, key: str, comment: int, who: str):
    return site.client(who).post(f"/submissions/{key}/comments/{comment}/remove")


def kept(site) -> list[Comment]:
    with site.services.database.read() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def below(answer, line: int) -> str:
    """What stands between a line of code and the next."""
    rows = re.split(r'<tr[^>]*><td class="at">', answer.text)
    found = next(row for row in rows if re.match(rf"(<a [^>]*>)?{line}(</a>)?</td>", row))
    return " ".join(re.sub(r"<[^>]+>", " ", found.partition("</pre>")[2]).split())


# Writing ------------------------------------------------------------------------------------------------


def test_a_comment_stands_below_its_line_with_its_author_and_time(site):
    key = attempt(site, 2, 0, 0)
    answer = say(site, key, "The factor belongs to the other one.")
    assert answer.status_code == 303
    assert answer.location == f"/submissions/{key}#comment-1"
    read = site.client("ada").get(f"/submissions/{key}")
    assert "Tom Sat, Nov 21 12:10 The factor belongs to the other one." in below(read, 2)
    assert "The factor belongs" not in below(read, 1)
    assert "1 comment" in text_of(read)


def test_several_comments_stand_where_they_belong(site):
    key = attempt(site, 2, 0, 0)
    say(site, key, "first", "tom", 1)
    say(site, key, "second", "grace", 2)
    say(site, key, "third", "tom", 2)
    say(site, key, "about it all", "grace", 0)
    read = site.client("ada").get(f"/submissions/{key}")
    assert "first" in below(read, 1)
    assert below(read, 2).index("second") < below(read, 2).index("third")
    assert "about it all" in text_of(read).partition("4 comments")[2].partition("line 1")[0]


def test_each_line_number_leads_staff_to_a_form_at_that_line(site):
    key = attempt(site, 2, 0, 0)
    tom = site.client("tom")
    answer = tom.get(f"/submissions/{key}")
    assert '<a href="?file=0&amp;line=2#write" aria-label="Comment on line 2">2</a>' in answer.text
    form = tom.get(f"/submissions/{key}?file=0&line=2")
    assert "Comment on line 2" in below(form, 2)
    assert 'id="write"' in form.text


def test_students_have_no_such_links_and_no_form(site):
    key = attempt(site, 2, 0, 0)
    answer = site.client("ada").get(f"/submissions/{key}?file=0&line=2")
    assert "#write" not in answer.text
    assert "write-comment" not in answer.text


def test_in_a_notebook_the_cell_is_named(site):
    files = (File("a.ipynb", "x = 1\ny = 2\nz = 3\n", (1, 3)),)
    key = attempt(site, 2, 0, 0, files=files)
    say(site, key, line=3)
    assert "code cell 2, line 1" in text_of(site.client("ada").get(f"/submissions/{key}"))


def test_of_several_files_the_right_one_is_meant(site):
    key = attempt(site, 2, 0, 0, files=(File("a.py", "a = 1\n"), File("b.py", "b = 1\nb = 2\n")))
    say(site, key, file=1, line=2)
    text = text_of(site.client("ada").get(f"/submissions/{key}"))
    assert "b.py, line 2" in text
    assert text.index("b = 2") < text.rindex("Look here.")


def test_the_same_words_sent_twice_are_said_once(site):
    key = attempt(site, 2, 0, 0)
    places = [say(site, key).location for _ in range(2)]
    assert places[0] == places[1]
    assert len(kept(site)) == 1


def test_work_that_waits_or_that_we_could_not_grade_can_be_commented_too(site):
    key = attempt(site)
    assert say(site, key, "You will hear of it.", line=0).status_code == 303
    assert "You will hear of it." in site.client("ada").get(f"/submissions/{key}").text


@pytest.mark.parametrize("text", ["", "   \n", "\0"])
def test_an_empty_comment_is_asked_for_again(site, text):
    key = attempt(site, 2, 0, 0)
    answer = say(site, key, text)
    assert answer.status_code == 422
    assert "Write something first." in below(answer, 2)
    assert kept(site) == []


def test_a_comment_that_is_too_long_is_shown_again_where_it_was_written(site):
    key = attempt(site, 2, 0, 0)
    answer = say(site, key, "<b>" + "x" * 4000)
    assert answer.status_code == 422
    assert "At most 4000 characters; these are 4003." in below(answer, 2)
    assert "&lt;b&gt;xxx" in answer.text


@pytest.mark.parametrize("words", [{"line": 99}, {"line": -1}, {"line": "x"}, {"file": 7}, {"line": 0, "file": 1}])
def test_a_place_that_is_not_there_takes_no_comment(site, words):
    key = attempt(site, 2, 0, 0)
    assert say(site, key, **words).status_code == 400
    assert kept(site) == []


# Who reads and who removes ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ada", "ben", "mallory", ""])
def test_only_staff_of_the_course_comment(site, who):
    key = attempt(site, 2, 0, 0)
    say(site, key, who=who)
    assert kept(site) == []


@pytest.mark.parametrize("who", ["ben", "mallory"])
def test_nobody_else_reads_what_is_said_to_a_student(site, who):
    key = attempt(site, 2, 0, 0)
    own = attempt(site, 2, 0, 0, name="ben")
    say(site, key, "between us")
    browser = site.client(who)
    for address in (f"/submissions/{key}", f"/submissions/{own}", f"/courses/backprop/{EXERCISE}"):
        assert "between us" not in browser.get(address).text


@pytest.mark.parametrize(
    ("author", "who", "gone"),
    [
        ("tom", "tom", True),
        ("tom", "grace", True),
        ("grace", "tom", False),
        ("tom", "ada", False),
        ("tom", "mallory", False),
    ],
)
def test_authors_remove_their_own_and_instructors_any(site, author, who, gone):
    key = attempt(site, 2, 0, 0)
    say(site, key, who=author)
    assert remove(site, key, 1, who).status_code == (303 if gone else 404)
    assert ("Look here." in site.client("ada").get(f"/submissions/{key}").text) != gone
    offered = ">Remove<" in site.client("tom").get(f"/submissions/{key}").text
    assert offered == (author == "tom" and not gone)


def test_what_was_said_and_removed_stays_in_the_journal(site):
    key = attempt(site, 2, 0, 0)
    say(site, key)
    for _ in range(2):
        remove(site, key, 1, "grace")
    with site.services.database.read() as session:
        lines = [
            (row.action, row.old, row.new, row.submission_id)
            for row in session.scalars(select(Audit).where(Audit.action.like("comment%")).order_by(Audit.id))
        ]
    assert lines == [("comment", "", "Look here.", key), ("comment removed", "Look here.", "", key)]


def test_a_comment_is_removed_by_the_address_of_its_own_submission_only(site):
    key, other = attempt(site, 2, 0, 0), attempt(site, 2, 0, 0, name="ben")
    say(site, key)
    assert remove(site, other, 1, "grace").status_code == 404
    assert kept(site)[0].removed_at is None


def test_comments_are_counted_in_the_history_of_the_student_and_for_staff(site):
    key = attempt(site, 2, 0, 0)
    attempt(site, 2, 2, 0)
    say(site, key)
    say(site, key, "and here", line=1)
    history = text_of(site.client("ada").get(f"/courses/backprop/{EXERCISE}")).partition("Your attempts")[2]
    assert "2 comments" in history
    assert history.count("comments") == 1
    for address in (page(site), person(site)):
        assert 'class="said"' in site.client("tom").get(address).text


def test_a_program_reads_what_was_said_and_where(site):
    key = attempt(site, 2, 0, 0)
    say(site, key, "at a line", line=2)
    say(site, key, "about it all", "grace", 0)
    answer = site.client("ada").get(f"/api/v1/submissions/{key}/comments")
    assert answer.json["items"] == [
        {"author": "Grace", "created_at": "2026-11-21T12:10:00Z", "text": "about it all", "file": None, "line": None},
        {"author": "Tom", "created_at": "2026-11-21T12:10:00Z", "text": "at a line", "file": "ada.py", "line": 2},
    ]
    assert site.client("ben").get(f"/api/v1/submissions/{key}/comments").status_code == 404


# Hostile text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_comment_is_text_whatever_is_in_it(site, language):
    key = attempt(site, 2, 0, 0)
    evil = "<script>alert(1)</script>\u202e$\\frac{1}$ {{ 7 * 7 }}\nsecond line"
    for line in (0, 2):
        say(site, key, evil, line=line)
    ada = site.client("ada")
    ada.set_cookie("language", language)
    body = ada.get(f"/submissions/{key}").text
    assert "<script>alert" not in body
    assert "\u202e" not in body
    assert "{{ 7 * 7 }}\nsecond line" in body


def test_a_file_may_be_called_anything(site):
    name = "<b>\u202e" + "x" * 250 + ".py"
    key = attempt(site, 2, 0, 0, files=(File(name, RIGHT), File("other.py", RIGHT)))
    say(site, key, line=2)
    body = site.client("ada").get(f"/submissions/{key}").text
    assert "Look here." in body
    assert "<b>" not in body
    assert "\u202e" not in body


def test_a_line_of_a_hundred_thousand_characters_takes_a_comment(site):
    key = attempt(site, 2, 0, 0, files=(File("a.py", "x" * 100_000 + "\n"),))
    assert say(site, key, line=1).status_code == 303
    assert "Look here." in below(site.client("ada").get(f"/submissions/{key}"), 1)


def test_a_report_that_stands_alone_has_no_margin():
    """`grader check --html` knows of no comments."""
    from grader.messages import Finding, Report, Text
    from web.reports.page import page as alone

    finding = Finding("a", "f", Text("a", "a"), True, 1, 1, public=True)
    report = Report("x", Text("t", "t"), "e", "s", (finding,), files=(File("a.py", RIGHT),))
    assert 'class="below"' not in alone(report, "en")
    assert "#write" not in alone(report, "en")
