"""The made-up class: as large as was asked for, the same for the same seed, and believable as a class."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tests.web.conftest import crowded
from web.crowd.__main__ import main
from web.crowd.making import Size, make
from web.database.models import Assignment, Course, Grade, Membership, Regrade, Shadow, Submission
from web.work import report_of

COURSE = "/courses/crowd"


def read(crowd, found):
    with crowd.services.database.read() as session:
        return session.execute(found).all()


def test_the_class_has_the_size_that_was_asked_for(crowd):
    assert Counter(role for (role,) in read(crowd, select(Membership.role))) == {
        "instructor": 1,
        "assistant": 2,
        "student": 24,
    }
    assert read(crowd, select(func.count()).select_from(Submission)) == [(400,)]
    assert len(read(crowd, select(Assignment.id))) == 6


def test_the_same_seed_makes_the_same_class_and_another_seed_another(small_class, tmp_path, services):
    one, again, other = (
        crowded(tmp_path / name, "x", Size(6, 40, exercises=3, seed=seed)) for name, seed in (("a", 1), ("b", 1), ("c", 2)) if not (tmp_path / name).mkdir()
    )  # fmt: skip
    assert dump(one) == dump(again)
    assert dump(one) != dump(other)


def dump(path) -> list[object]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT id, user_id, number, seed, created_at, files FROM submissions").fetchall()


def test_every_report_can_be_read_and_says_what_the_grade_says(crowd):
    with crowd.services.database.read() as session:
        for grade in session.scalars(select(Grade).limit(100)):
            report = report_of(grade)
            assert (report.points, report.out_of) == (grade.points, grade.out_of)
            assert [[one.check, one.passed] for one in report.findings] == grade.verdicts
            assert [thought.code for thought in report.thoughts] == grade.codes


def test_misconceptions_belong_to_the_exercise_and_fade_over_attempts(crowd):
    named: dict[int, list[int]] = {}
    found = (
        select(Assignment.exercise, Submission.number, Grade.codes)
        .join(Assignment)
        .join(Grade, Grade.id == Submission.grade_id)
    )
    for exercise, number, codes in read(crowd, found):
        known = {entry.about[0] for entry in crowd.services.catalogue[exercise].of("misconception")}
        assert set(codes) <= known
        named.setdefault(number, []).append(len(codes))
    first, third = (sum(named[number]) / len(named[number]) for number in (1, 3))
    assert third < first


def test_attempts_are_numbered_from_one_and_come_after_one_another(crowd):
    found = select(Submission.assignment_id, Submission.user_id, Submission.number, Submission.created_at)
    stories: dict[tuple[int, int], list] = {}
    for assignment, user, number, when in read(crowd, found.order_by(Submission.number)):
        stories.setdefault((assignment, user), []).append((number, when))
    for turns in stories.values():
        assert [number for number, _ in turns] == list(range(1, len(turns) + 1))
        assert [when for _, when in turns] == sorted(when for _, when in turns)
        assert turns[-1][1] <= crowd.clock()


def test_some_have_not_begun_some_are_late_and_some_of_it_is_our_fault(crowd):
    begun = set(read(crowd, select(Submission.assignment_id, Submission.user_id)))
    opened = read(crowd, select(Assignment.id).where(Assignment.opens_at < crowd.clock()))
    assert len(begun) < len(opened) * 24
    states = Counter(state for (state,) in read(crowd, select(Submission.state)))
    assert set(states) == {"graded", "ours"}
    late = select(Submission.id).join(Assignment).where(Submission.created_at > Assignment.deadline)
    assert read(crowd, late)


def test_a_regrade_waits_to_be_published_by_which_some_gain_and_few_lose(crowd):
    before, after = aliased(Grade), aliased(Grade)
    found = select(before.points, after.points, Submission.grade_id == before.id).select_from(Shadow)
    found = found.join(Submission).join(before, before.id == Shadow.before_id).join(after, after.id == Shadow.grade_id)
    rows = read(crowd, found)
    assert all(shown for *_, shown in rows)
    assert sum(new > old for old, new, _ in rows) > sum(new < old for old, new, _ in rows)
    with crowd.services.database.read() as session:
        regrade = session.scalars(select(Regrade)).one()
    grace = crowd.client("grace")
    assert regrade.state == "ready"
    assert grace.get(f"{COURSE}/staff/regrades/{regrade.id}").status_code == 200
    assert "is ready to be published" in grace.get(f"{COURSE}/staff").text


def test_staff_open_the_report_of_any_attempt_and_students_their_own(crowd):
    (name, user_id), *_ = read(crowd, select(Submission.id, Submission.user_id).where(Submission.state == "graded"))
    page = crowd.client("grace").get(f"/submissions/{name}")
    assert page.status_code == 200
    crowd.people["them"] = user_id
    assert crowd.client("them").get(f"/submissions/{name}").status_code == 200


def test_a_class_that_cannot_have_so_many_submissions_is_refused_and_leaves_nothing(services):
    with pytest.raises(ValueError, match="do not fit"):
        make(services, Size(students=3, submissions=5000, exercises=2), "x")
    with services.database.read() as session:
        assert session.scalar(select(Course).where(Course.slug == "crowd")) is None


@pytest.mark.slow
def test_the_whole_class_is_as_large_as_promised(whole_crowd):
    assert read(whole_crowd, select(func.count()).select_from(Submission)) == [(20_000,)]
    assert whole_crowd.client("ada").get(COURSE).status_code == 200


# The command --------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """`python -m web.crowd`, in a home of its own; gives what it said."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/site.db")

    def run(*arguments):
        main(["--students", "6", "--submissions", "40", "--exercises", "3", *arguments])
        return capsys.readouterr().out

    return run


def test_the_command_says_how_to_sign_in_and_says_the_same_again(command, tmp_path):
    first = command()
    assert "40 submissions" in first
    assert "grace@crowd.example.org" in first
    password = first.partition("password is ")[2].split()[0]
    assert command().partition("password is ")[2].split()[0] == password
    assert (tmp_path / "crowd.password").stat().st_mode & 0o077 == 0


def test_the_command_leaves_a_course_alone_that_it_did_not_make(command, tmp_path):
    command()
    (tmp_path / "crowd.password").unlink()
    with pytest.raises(SystemExit, match="was not made by this command"):
        command()


def test_the_command_refuses_sizes_that_cannot_be(command):
    with pytest.raises(SystemExit, match="do not fit"):
        command("--slug", "other", "--submissions", "9000")
