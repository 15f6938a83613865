"""The pages about one student: all exercises, and one of them. What is changed there: arrangement_pages.py."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, render_template, request
from sqlalchemy.orm import Session

from grader.messages import Text
from web import standings
from web.access import STAFF_ONLY, allow, assignment_here, course_here, place
from web.database.models import Arrangement, Assignment, Course
from web.learners import arranging, records, wishes
from web.learners.comparing import chosen, compare
from web.learners.meanings import meaning
from web.learners.records import Learner
from web.learners.room import EXERCISE, PERSON, learners
from web.learners.timeline import strip
from web.services import services
from web.students.dates import zone


@learners.get(PERSON)
@allow(STAFF_ONLY)
def page(course: str, member: int) -> str:  # noqa: ARG001 - enforce() has read the address
    """Who it is, where they stand, and everything they handed in, in time."""
    with services().database.read() as session:
        found = session.get_one(Course, course_here().id)
        who = learner_here(session, member)
        record = records.record(session, services().catalogue, found, who, services().clock())
        beside = records.beside(session, found.id, who)
    begun = [one for one in record.progress.standings if one.attempts]
    strips = {one.assignment.id: strip(one.attempts, record.traces, one.terms.deadline) for one in begun}
    return render_template(
        "learners/page.html", course=found, record=record, strips=strips, meaning=meaning, beside=beside
    )


@learners.get(EXERCISE)
@allow(STAFF_ONLY)
def exercise(course: str, member: int, exercise: str) -> str:  # noqa: ARG001
    """One exercise: attempts, what changed between two of them, and what is arranged."""
    with services().database.read() as session:
        return exercise_page(session, assignment_here(session, exercise), learner_here(session, member))


def learner_here(session: Session, member: int) -> Learner:
    """The student of this address, or 404: whoever is in another course is not there."""
    return records.learner(session, course_here().id, member) or abort(404)


def exercise_page(
    session: Session,
    assignment: Assignment,
    who: Learner,
    typed: Mapping[str, str] | None = None,
    mistakes: Mapping[str, Text] | None = None,
) -> str:
    """typed, mistakes: of a form that has to be mended."""
    now = services().clock()
    standing = standings.of_one(session, services().catalogue, assignment, who.id, now)
    arrangement = session.get(Arrangement, (assignment.id, who.id))
    traces = records.traces(session, assignment.course_id, who.id, assignment.id)
    pair = chosen(standing.attempts, request.args)
    was = wishes.filled(arrangement, zone(assignment.course.timezone))
    return render_template(
        "learners/exercise.html",
        course=assignment.course,
        who=who,
        standing=standing,
        traces=traces,
        strip=strip(standing.attempts, traces, standing.terms.deadline) if standing.attempts else None,
        compared=compare(session, *pair) if pair else None,
        arrangement=arrangement,
        was=was,
        typed=was | dict(typed or {}),
        mistakes=mistakes or {},
        shown_at=now.isoformat(),
        beside=records.beside(session, assignment.course_id, who),
        journal=arranging.journal(session, assignment, who.id),
        instructor=place().role == "instructor",
        meaning=meaning,
    )
