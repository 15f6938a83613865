"""Rules that change after work was handed in change points: who has others is told, and nobody else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from grader.messages import Finding, Graded, Report, Text
from tests.web.setup.conftest import SETUP, course, hand_in, words
from web.database.models import Arrangement, Grade, ScoreChange
from web.recorder import record


def graded(site, name, earned=6.0):
    """An attempt at the product that earned so much of 6."""
    row = hand_in(site, name)
    finding = Finding("a_check", "product_backward", Text("a check", "检查"), earned == 6, earned, 6.0, public=True)
    report = Report("product_gradient", Text("A title", "标题"), row.edition, row.seed, (finding,))
    assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1
    return row


def told(site) -> list[tuple[int, float | None, float | None]]:
    with site.services.database.read() as session:
        return [
            (one.user_id, one.old, one.new) for one in session.scalars(select(ScoreChange).order_by(ScoreChange.id))
        ]


def test_a_deadline_that_moves_before_work_makes_it_late_and_its_student_is_told(site, grace):
    graded(site, "ada")
    answer = grace.terms(deadline="2026-11-21T11:00", rules="own", late_percent="10", late_days="3")
    assert told(site) == [(site.people["ada"], 6.0, 5.4)]
    assert "By it 1 score changed; the students are told." in words(grace.browser.get(answer.location))
    grace.terms(deadline="2026-11-28T12:00")
    assert told(site)[1:] == [(site.people["ada"], 5.4, 6.0)]
    with site.services.database.read() as session:
        assert session.scalars(select(Grade.points)).all() == [6.0]  # what was graded stays


def test_the_courses_rules_reach_every_exercise_that_has_none_of_its_own(site, grace):
    graded(site, "ada")
    site.clock.advance(minutes=1)
    graded(site, "ada", earned=3.0)
    grace.course(counts="last")
    assert told(site) == [(site.people["ada"], 6.0, 3.0)]
    grace.course(counts="last", early_percent="10", early_hours="24")
    assert told(site)[1:] == [(site.people["ada"], 3.0, 3.3000000000000003)]


def test_dates_of_all_do_too(site, grace):
    graded(site, "ada")
    grace.course(late_percent="10", late_days="3")
    first = course(site).assignments[0]
    grace.browser.post(f"{SETUP}/dates", data={f"deadline-{first.id}": "2026-11-21T11:00"})
    assert told(site) == [(site.people["ada"], 6.0, 5.4)]


def test_who_has_an_extension_or_a_score_set_keeps_it_and_is_told_nothing(site, grace):
    for name, arranged in {"ada": {"deadline": site.clock()}, "ben": {"points": 2.0}}.items():
        graded(site, name)
        with site.services.database.write() as session:
            ids = {"assignment_id": site.assignments["product_gradient"], "user_id": site.people[name]}
            session.add(Arrangement(**ids, **arranged, changed_at=site.clock()))
    grace.terms(deadline="2026-11-21T11:00", rules="own", late_percent="10", late_days="3")
    assert told(site) == []


def test_who_has_an_extension_shares_in_more_time_that_all_get(site, grace):
    grace.terms(deadline="2026-11-20T12:00", rules="own", late_percent="10", late_days="3")
    graded(site, "ada")
    with site.services.database.write() as session:
        ids = {"assignment_id": site.assignments["product_gradient"], "user_id": site.people["ada"]}
        session.add(Arrangement(**ids, deadline=site.clock() - timedelta(hours=3), changed_at=site.clock()))
    grace.terms(deadline="2026-11-21T12:00", rules="own", late_percent="10", late_days="3")
    assert told(site) == [(site.people["ada"], 5.4, 6.0)]


def test_staff_who_tried_the_exercise_out_are_no_students(site, grace):
    graded(site, "tom")
    answer = grace.terms(deadline="2026-11-21T11:00", rules="own", late_percent="10", late_days="3")
    assert told(site) == []
    assert "changed; the students are told" not in words(grace.browser.get(answer.location))


def test_other_changes_tell_nobody(site, grace):
    graded(site, "ada")
    grace.terms(limit="limited", attempts="3", shows_hidden="never", deadline="2026-12-24T12:00")
    grace.course(title_en="Another title", shows_hidden="always")
    assert told(site) == []
