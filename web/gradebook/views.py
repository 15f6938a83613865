"""The pages of the gradebook: the table, one cell with its steps, and the table as a file."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from web import standings
from web.access import STAFF_ONLY, allow, assignment_here, course_here, place
from web.database.models import Course
from web.gradebook import book, columns_page
from web.gradebook.book import Middle
from web.gradebook.choosing import Choice, chosen
from web.gradebook.drawing import Pen
from web.gradebook.exports import as_csv
from web.gradebook.room import gradebook, student_here
from web.services import services
from web.students import downloads
from web.students.dates import zone

__all__ = ["columns_page", "gradebook"]


@gradebook.get("/courses/<course>/staff/gradebook")
@allow(STAFF_ONLY)
def page(course: str) -> str:  # noqa: ARG001 - enforce() has read the address
    with services().database.read() as session:
        here = session.get_one(Course, course_here().id)
        found = book.read(session, services().catalogue, here, services().clock())
    choice = Choice.of(request.args)
    lines = chosen(found, choice)
    return render_template(
        "gradebook/page.html",
        course=here,
        book=found,
        choice=choice,
        lines=lines,
        pen=Pen(found.heads, groups=bool(found.groups)),
        middles=[Middle.of(line.cells[number].points for line in lines) for number in range(len(found.heads))],
        totals=Middle.of(line.percent if line.weighed else line.total for line in lines),
        percents=Middle.of(line.percent for line in lines),
        may_fill=place().role == "instructor",
    )


@gradebook.get("/courses/<course>/staff/gradebook.csv")
@allow(STAFF_ONLY)
def exported(course: str) -> Response:  # noqa: ARG001
    with services().database.read() as session:
        here = session.get_one(Course, course_here().id)
        content = as_csv(book.read(session, services().catalogue, here, services().clock()))
    day = services().clock().astimezone(zone(here.timezone)).date().isoformat()
    return downloads.attachment(f"gradebook-{here.slug}-{day}.csv", content, "text/csv; charset=utf-8")


@gradebook.get("/courses/<course>/staff/gradebook/<int:member>")
@allow(STAFF_ONLY)
def total(course: str, member: int) -> str:  # noqa: ARG001
    """How one student's total by weight came about; for a script, as a cell is."""
    with services().database.read() as session:
        here, student = session.get_one(Course, course_here().id), student_here(session, member)
        person = (student.id, "student")
        progress = standings.progress(session, services().catalogue, here, person, services().clock())
    alone = "HX-Request" not in request.headers
    return render_template(
        "gradebook/total.html" if alone else "gradebook/_whole.html",
        course=here,
        student=student,
        progress=progress,
        alone=alone,
    )


@gradebook.get("/courses/<course>/staff/gradebook/<int:member>/<exercise>")
@allow(STAFF_ONLY)
def cell(course: str, member: int, exercise: str) -> str:  # noqa: ARG001
    """How one cell came about; for a script that asks, without the page around it."""
    with services().database.read() as session:
        assignment = assignment_here(session, exercise)
        student = student_here(session, member)
        standing = standings.of_one(session, services().catalogue, assignment, member, services().clock())
        here = assignment.course
    alone = "HX-Request" not in request.headers
    template = "gradebook/cell.html" if alone else "gradebook/_cell.html"
    return render_template(template, course=here, student=student, standing=standing, alone=alone)
