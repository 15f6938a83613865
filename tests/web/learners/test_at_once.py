"""Staff who change the same thing at the same moment take turns; over SQLite and PostgreSQL alike."""

# ruff: noqa: F811 - a fixture that is imported is asked for by its name

from __future__ import annotations

from sqlalchemy import select

from grader.calls import File
from grader.files import Source
from tests.web.accounts.test_at_once import MANY, at_once, both  # noqa: F401
from web.database.models import Arrangement, Assignment, Audit, Comment, ScoreChange, Submission
from web.learners import comments
from web.learners.arranging import arrange
from web.learners.comments import Spot
from web.learners.wishes import Wish
from web.submissions import Upload, accept

ADA, GRACE, EXERCISE = 1, 3, 1
FILES = (File("ada.py", "x = 1\n"),)


def test_of_many_scores_set_at_once_one_stands_and_the_journal_has_them_all_in_a_row(both):
    def set_score(session, number):
        wish = Wish({"points": float(number), "points_why": f"{number} it is"})
        return arrange(both, session, session.get_one(Assignment, EXERCISE), ADA, wish, GRACE)

    assert at_once(both, set_score) == [True] * MANY
    with both.database.read() as session:
        lines = session.scalars(select(Audit).where(Audit.action == "score set").order_by(Audit.id)).all()
        told = session.scalars(select(ScoreChange).order_by(ScoreChange.id)).all()
        points = session.get_one(Arrangement, (EXERCISE, ADA)).points
    assert [line.old for line in lines] == ["", *(line.new for line in lines[:-1])]
    assert sorted(line.new for line in lines) == [str(number) for number in range(MANY)]
    assert str(int(points)) == lines[-1].new
    assert [(one.old, one.new) for one in told] == list(
        zip([None, *(float(line.new) for line in lines[:-1])], (float(line.new) for line in lines), strict=True)
    )


def test_different_things_arranged_at_once_are_all_arranged(both):
    wishes = [{"excused": True}, {"flag": "look"}, {"attempts_more": 2}, {"points": 1.0, "points_why": "fair"}] + [
        {}
    ] * 2

    def change(session, number):
        assignment = session.get_one(Assignment, EXERCISE)
        return arrange(both, session, assignment, ADA, Wish(dict(wishes[number])), GRACE)

    assert sorted(at_once(both, change)) == [False, False, True, True, True, True]
    with both.database.read() as session:
        row = session.get_one(Arrangement, (EXERCISE, ADA))
    assert (row.excused, row.flag, row.attempts_more, row.points) == (True, "look", 2, 1.0)


def test_a_comment_that_is_sent_many_times_at_once_is_said_once(both):
    key = accept(both, ADA, EXERCISE, Upload(Source(FILES))).id

    def say(session, _):
        row = session.get_one(Submission, key)
        return comments.add(session, row, Spot(0, 1), FILES, "Look here.", (GRACE, both.clock()))

    assert len(set(at_once(both, say))) == 1
    with both.database.read() as session:
        assert len(session.scalars(select(Comment)).all()) == 1
