"""What staff arrange for one student: who may, what it does, what is kept of it, and what the student is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.web.learners.acts import EXERCISE, arrange, arranged, attempt, form_of, page, person
from tests.web.test_students import text_of
from web import standings
from web.database.models import Assignment, Audit, Course, ScoreChange
from web.refusals import Refused, refuse_late


def audited(site) -> list[tuple[str, str, str, str]]:
    """(action, old, new, why) of everything that Grace or Tom did."""
    staff = [site.people["grace"], site.people["tom"]]
    with site.services.database.read() as session:
        rows = session.scalars(select(Audit).where(Audit.actor_id.in_(staff)).order_by(Audit.id))
        return [(row.action, row.old, row.new, row.why) for row in rows]


def told(site, name: str = "ada") -> list[tuple[float | None, float | None, str]]:
    with site.services.database.read() as session:
        rows = session.scalars(select(ScoreChange).where(ScoreChange.user_id == site.people[name]))
        return [(row.old, row.new, row.why) for row in rows]


def progress(site, name: str = "ada"):
    with site.services.database.read() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        return standings.progress(
            session, site.services.catalogue, course, (site.people[name], "student"), site.clock()
        )


def set_up(site, **values) -> None:
    with site.services.database.write() as session:
        for name, value in values.items():
            setattr(session.get_one(Assignment, site.assignments[EXERCISE]), name, value)


# Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["tom", "ada", "ben", "mallory"])
def test_only_an_instructor_changes_what_counts(site, who):
    attempt(site, 2, 0, 0)
    for change in ({"points": "6", "points_why": "I say so"}, {"deadline": "2026-12-24T18:00"}, {"excused": "1"}):
        assert arrange(site, who, **change).status_code == 404
    assert arranged(site) is None
    assert audited(site) == []


def test_an_assistant_is_not_shown_the_form_but_may_flag(site):
    tom = site.client("tom")
    assert "Score instead of what was graded" not in text_of(tom.get(page(site)))
    assert tom.post(f"{page(site)}/flag", data={"flag": "talk to Ada"}).status_code == 303
    assert arranged(site).flag == "talk to Ada"


@pytest.mark.parametrize("who", ["ada", "ben", "mallory", ""])
def test_no_student_flags_anybody(site, who):
    site.client(who).post(f"{page(site)}/flag", data={"flag": "hello"})
    assert arranged(site) is None


def test_somebody_of_another_course_cannot_be_arranged_for(site):
    grace = site.client("grace")
    address = f"{person(site, 'mallory')}/{EXERCISE}"
    assert grace.post(f"{address}/arrangement", data={"excused": "1", "was_excused": ""}).status_code == 404
    assert grace.post(f"{address}/flag", data={"flag": "hello"}).status_code == 404
    assert arranged(site, "mallory") is None


# Extension ----------------------------------------------------------------------------------------------


def test_an_extension_is_read_in_the_zone_of_the_course(site):
    with site.services.database.write() as session:
        session.scalars(select(Course).where(Course.slug == "backprop")).one().timezone = "Asia/Shanghai"
    assert arrange(site, deadline="2026-12-24T18:00").status_code == 303
    assert arranged(site).deadline == datetime(2026, 12, 24, 10, tzinfo=UTC)
    answer = site.client("grace").get(page(site))
    assert 'value="2026-12-24T18:00"' in answer.get_data(as_text=True)
    assert "Thu, Dec 24 18:00 + extended" in text_of(answer)


def test_with_an_extension_work_is_taken_in_after_the_deadline_of_the_class(site):
    arrange(site, deadline="2026-12-24T18:00")
    site.clock.advance(days=10)
    with site.services.database.read() as session:
        exercise = session.get_one(Assignment, site.assignments[EXERCISE])
        refuse_late(session, exercise, site.people["ada"], site.clock(), staff=False)
        with pytest.raises(Refused):
            refuse_late(session, exercise, site.people["ben"], site.clock(), staff=False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-22T18:00", "after the deadline of the class"),  # the class has until the 28th
        ("soon", "Write a date and a time"),
        ("9999-12-31T23:59", "Write a date and a time"),
        ("<b>2026</b>", "Write a date and a time"),
    ],
)
def test_an_extension_that_makes_no_sense_is_not_taken_and_shown_again(site, typed, said):
    answer = arrange(site, deadline=typed, why="a doctor's note")
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "a doctor&#39;s note" in answer.get_data(as_text=True)
    assert "<b>2026" not in answer.get_data(as_text=True)
    assert arranged(site) is None


def test_an_exercise_without_a_deadline_cannot_be_extended(site):
    set_up(site, deadline=None)
    answer = site.client("grace").post(
        f"{page(site)}/arrangement", data={"deadline": "2026-12-24T18:00", "was_deadline": ""}
    )
    assert answer.status_code == 422
    assert arranged(site) is None


def test_an_extension_that_takes_a_penalty_away_tells_the_student(site):
    credit = {"early_percent": 0.0, "early_hours": 0, "late_percent": 50.0, "late_days": 3}
    set_up(site, credit=credit, deadline=site.clock() + timedelta(minutes=5))
    attempt(site, 2, 2, 2)
    arrange(site, deadline="2026-12-24T18:00")
    assert told(site) == [(3.0, 6.0, "The deadline was changed for you. / 你的截止时间已调整。")]


# Attempts -----------------------------------------------------------------------------------------------


def test_more_attempts_are_added_to_those_of_the_class(site):
    set_up(site, attempts=1)
    attempt(site, 0, 0, 0)
    assert arrange(site, attempts_more="2").status_code == 303
    assert "2 left" in text_of(site.client("grace").get(page(site)))


def test_attempts_can_be_given_back_and_a_form_sent_twice_does_so_once(site):
    set_up(site, attempts=1)
    attempt(site, 0, 0, 0)
    site.clock.advance(minutes=1)
    grace = site.client("grace")
    form = form_of(grace.get(page(site))) | {"reset": "1"}
    site.clock.advance(minutes=1)
    grace.post(f"{page(site)}/arrangement", data=form)
    given = arranged(site).attempts_since
    attempt(site, 0, 2, 0)
    site.clock.advance(minutes=1)
    grace.post(f"{page(site)}/arrangement", data=form)
    assert arranged(site).attempts_since == given
    assert "0 left" in text_of(grace.get(page(site)))
    assert [line[0] for line in audited(site)] == ["attempts reset"]


@pytest.mark.parametrize("typed", ["-1", "101", "1.5", "many", "９", "1" * 40])
def test_a_number_of_attempts_that_makes_no_sense_is_not_taken(site, typed):
    set_up(site, attempts=1)
    answer = arrange(site, attempts_more=typed)
    assert answer.status_code == 422
    assert "A whole number from 0 to 100." in text_of(answer)


# Excused ------------------------------------------------------------------------------------------------


def test_what_somebody_is_excused_from_leaves_the_total(site):
    attempt(site, 2, 2, 0)
    assert (progress(site).points, progress(site).out_of) == (4.0, 31.0)
    arrange(site, excused="1")
    assert (progress(site).points, progress(site).out_of) == (0.0, 25.0)
    assert "excused" in text_of(site.client("tom").get(person(site)))
    assert told(site) == [(4.0, None, "Excused from this exercise. / 这道题免做。")]


def test_an_excuse_is_taken_back_by_the_same_form(site):
    attempt(site, 2, 2, 0)
    arrange(site, excused="1")
    grace = site.client("grace")
    form = form_of(grace.get(page(site)))
    assert form["excused"] == "1"
    del form["excused"]  # as a browser does with a box that is not ticked
    grace.post(f"{page(site)}/arrangement", data=form)
    assert not arranged(site).excused
    assert told(site)[-1] == (None, 4.0, "No longer excused from this exercise. / 这道题不再免做。")


# Score --------------------------------------------------------------------------------------------------


def test_a_set_score_counts_and_its_reason_is_the_last_step(site):
    attempt(site, 2, 0, 0)
    assert arrange(site, points="5,5", points_why="Explained at the board").status_code == 303
    standing = progress(site).standings[0]
    assert standing.points == 5.5
    assert [step.text.en for step in standing.result.steps] == ["graded 2/6", "set by staff: Explained at the board"]
    assert told(site) == [(2.0, 5.5, "Explained at the board")]
    assert audited(site) == [("score set", "", "5.5", "Explained at the board")]


def test_the_student_reads_the_reason_on_the_page_of_their_submission(site):
    key = attempt(site, 2, 0, 0)
    arrange(site, points="5", points_why="Explained <b>at</b> the board\u202e")
    answer = site.client("ada").get(f"/submissions/{key}")
    assert "set by staff: Explained &lt;b&gt;at&lt;/b&gt; the board" in answer.text
    assert "What counts for this exercise: 5 of 6 points" in text_of(answer)
    assert "\u202e" not in answer.text


def test_a_set_score_can_be_taken_back(site):
    attempt(site, 2, 0, 0)
    arrange(site, points="5", points_why="a slip")
    grace = site.client("grace")
    assert "Take the set score back" in text_of(grace.get(page(site)))
    grace.post(f"{page(site)}/arrangement", data={"points": "", "was_points": "5"})
    assert (arranged(site).points, arranged(site).points_why) == (None, "")
    assert progress(site).standings[0].points == 2.0
    assert told(site)[-1] == (5.0, 2.0, "What was graded counts again. / 恢复为系统评分。")
    assert [line[:3] for line in audited(site)] == [("score set", "", "5"), ("score set", "5", "")]


@pytest.mark.parametrize("points", ["-1", "6.5", "nan", "inf", "1e400", "six", "1" * 50])
def test_points_that_the_exercise_does_not_have_are_not_taken(site, points):
    answer = arrange(site, points=points, points_why="why not")
    assert answer.status_code == 422
    assert "Points from 0 to 6" in text_of(answer)
    assert "why not" in answer.text
    assert arranged(site) is None


@pytest.mark.parametrize(
    ("why", "said"), [("", "Say why"), ("   ", "Say why"), ("x" * 1001, "At most 1000 characters")]
)
def test_a_score_needs_a_reason(site, why, said):
    answer = arrange(site, points="3", points_why=why)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert arranged(site) is None


def test_all_and_nothing_are_points_too(site):
    arrange(site, points="0", points_why="copied")
    assert progress(site).standings[0].result.points == 0.0
    arrange(site, points="6", points_why="not copied")
    assert progress(site).standings[0].result.points == 6.0
    assert told(site) == [(None, 0.0, "copied"), (0.0, 6.0, "not copied")]


def test_a_form_sent_twice_changes_and_tells_once(site):
    attempt(site, 2, 0, 0)
    grace = site.client("grace")
    form = form_of(grace.get(page(site))) | {"points": "5", "points_why": "fair"}
    for _ in range(2):
        assert grace.post(f"{page(site)}/arrangement", data=form).status_code == 303
    assert len(told(site)) == len(audited(site)) == 1


def test_two_who_set_a_score_at_once_both_stand_in_the_journal(site):
    """Each from a form that showed none: the later one counts, and what it replaced is kept."""
    attempt(site, 2, 0, 0)
    grace = site.client("grace")
    forms = [form_of(grace.get(page(site))) for _ in range(2)]
    for form, points in zip(forms, ("3", "4"), strict=True):
        grace.post(f"{page(site)}/arrangement", data=form | {"points": points, "points_why": f"{points} it is"})
    assert audited(site) == [("score set", "", "3", "3 it is"), ("score set", "3", "4", "4 it is")]
    assert told(site) == [(2.0, 3.0, "3 it is"), (3.0, 4.0, "4 it is")]
    assert arranged(site).points == 4.0


def test_a_form_from_before_does_not_undo_what_somebody_else_did_meanwhile(site):
    grace = site.client("grace")
    old = form_of(grace.get(page(site)))
    arrange(site, deadline="2026-12-24T18:00")
    grace.post(f"{page(site)}/arrangement", data=old | {"points": "3", "points_why": "fair"})
    assert arranged(site).deadline is not None
    assert arranged(site).points == 3.0


def test_an_unchanged_form_changes_nothing(site):
    arrange(site, points="3.25", points_why="fair")
    before = audited(site)
    assert arrange(site).status_code == 303
    assert audited(site) == before


# Flags and journal --------------------------------------------------------------------------------------


def test_no_student_ever_reads_a_flag(site):
    key = attempt(site, 2, 0, 0)
    site.client("tom").post(f"{page(site)}/flag", data={"flag": "suspicious-of-copying"})
    ada = site.client("ada")
    for address in ("/", "/courses/backprop", f"/courses/backprop/{EXERCISE}", f"/submissions/{key}"):
        assert "suspicious" not in ada.get(address).text
    assert "suspicious" in site.client("grace").get(person(site)).text


def test_a_flag_is_changed_and_taken_away_and_all_of_it_is_kept(site):
    tom = site.client("tom")
    for text in ("one", "two", "", ""):
        tom.post(f"{page(site)}/flag", data={"flag": text})
    assert [line[:3] for line in audited(site)] == [("flag", "", "one"), ("flag", "one", "two"), ("flag", "two", "")]
    assert told(site) == []


def test_a_flag_that_is_too_long_is_shown_again(site):
    answer = site.client("tom").post(f"{page(site)}/flag", data={"flag": "<i>" + "x" * 1000})
    assert answer.status_code == 422
    assert "At most 1000 characters; these are 1003." in text_of(answer)
    assert "&lt;i&gt;xxx" in answer.text
    assert arranged(site) is None


def test_the_page_says_who_arranged_what_and_why(site):
    attempt(site, 2, 0, 0)
    arrange(site, points="5", points_why="fair", deadline="2026-12-24T18:00", why="a doctor's note")
    journal = text_of(site.client("tom").get(page(site))).partition("What was arranged")[2]
    assert "Grace extension Thu, Dec 24 18:00 a doctor&#39;s note" in journal
    assert "Grace score 5 fair; a doctor&#39;s note" in journal


@pytest.mark.parametrize("why", ["0001-01-01T00:00", "2026-12-24T18:00", "2026-W52T18"])
def test_a_reason_that_looks_like_a_time_stays_as_it_was_written(site, why):
    for number in (5, 4):
        arrange(site, points=str(number), points_why=why)
    arrange(site, points="4", was_points="4", points_why="fair", was_points_why=why)
    site.client("grace").post(f"{page(site)}/flag", data={"flag": why})
    journal = text_of(site.client("tom").get(page(site))).partition("What was arranged")[2]
    assert f"Grace reason for the score {why} fair" in journal
    assert f"Grace flag {why}" in journal


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_text_stays_text(site, language):
    evil = "<script>alert(1)</script>\u202e\0"
    attempt(site, 2, 0, 0)
    arrange(site, points="5", points_why=evil, why=evil)
    grace = site.client("grace")
    grace.post(f"{page(site)}/flag", data={"flag": evil})
    grace.set_cookie("language", language)
    for address in (page(site), person(site)):
        body = grace.get(address).text
        assert "<script>alert" not in body
        assert "\0" not in body
        assert "\u202e" not in re.sub(r"<form.*?</form>", "", body, flags=re.DOTALL)  # these give back what was typed
