"""Answers of the interface, made from rows, sheets and reports."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader import messages
from grader.messages import Text
from grader.reading import Sheet
from web.api import models, reports
from web.database.models import Course, Submission
from web.services import services
from web.standings import Standing
from web.submissions import fault_of, place_in_queue

PICTURES: dict[type[messages.Picture], type[models.Model]] = {
    messages.Graph: reports.Graph,
    messages.Trace: reports.Trace,
    messages.HeatMap: reports.HeatMap,
}


def words(text: Text) -> models.Words:
    """In both languages."""
    return models.Words(en=text.en, zh=text.zh)


def course(row: Course, role: str) -> models.Course:
    """A course, to somebody who is this there."""
    return models.Course.model_validate(
        {
            "course": row.slug,
            "title": models.Words(en=row.title_en, zh=row.title_zh),
            "role": role,
            "counts": row.counts,
            "timezone": row.timezone,
            "exercises": url_for("api.exercises", course=row.slug),
        }
    )


def exercise(standing: Standing, sheet: Sheet) -> models.Exercise:
    """With how many attempts this person has left."""
    return models.Exercise(**_exercise(standing, sheet))


def sheet(standing: Standing, sheet: Sheet) -> models.Sheet:
    """Everything that a student may read before handing in."""
    checks = sheet.of("check")
    shown = [entry for entry in checks if entry.options.get("public", False)]
    return models.Sheet(
        **_exercise(standing, sheet),
        statement=words(sheet.statement),
        starter=models.Words(en=sheet.starter_in("en"), zh=sheet.starter_in("zh")),
        checks=[
            models.PublicCheck(
                check=entry.name, title=words(sheet.text("check", entry.name)), points=entry.options.get("points", 0)
            )
            for entry in shown
        ],
        hidden_checks=len(checks) - len(shown),
    )


def _exercise(standing: Standing, sheet: Sheet) -> dict[str, Any]:
    assignment, left = standing.assignment, standing.left
    place: dict[str, Any] = {"course": assignment.course.slug, "exercise": assignment.exercise}
    return {
        **place,
        "title": words(sheet.title),
        "chapter": models.Chapter(name=sheet.chapter, title=words(services().catalogue.chapter_title(sheet.chapter))),
        "points": sheet.points,
        "opens_at": standing.terms.opens_at,
        "deadline": standing.terms.deadline,
        "closes_at": standing.terms.closes_at,
        "attempts": standing.terms.attempts,
        "attempts_used": sum(one.state != "ours" for one in standing.attempts),
        "attempts_left": left.attempts,
        "next_attempt_at": left.more_at,
        "url": url_for("api.exercise", **place),
        "submissions": url_for("api.submit", **place),
    }


def submission(session: Session, row: Submission) -> models.Stand:
    """Where a submission stands."""
    known = _known(row, row.assignment.course.slug, row.assignment.exercise)
    if row.state == "graded":
        return _graded(row, known)
    if row.state == "ours":
        fault = fault_of(row)
        return models.Ours(**known, text=words(fault.text if fault else Text("", "")))
    if row.began_at:
        return models.Running(**known, done=min(row.checks_done, row.checks_of), of=row.checks_of)
    return models.Waiting(**known, before=place_in_queue(session, row))


def taken(row: Submission, course: str, exercise: str) -> models.Waiting:
    """A submission that was committed just now. Where the database has gone since, it is taken all the same."""
    before = 0
    with suppress(SQLAlchemyError), services().database.read() as session:
        before = place_in_queue(session, row)
    return models.Waiting(**_known(row, course, exercise), before=before)


def _known(row: Submission, course: str, exercise: str) -> dict[str, Any]:
    return {
        "submission": row.id,
        "course": course,
        "exercise": exercise,
        "number": row.number,
        "created_at": row.created_at,
        "commit": row.commit,
        "branch": row.branch,
        "repository": row.repository,
        "url": url_for("api.submission", submission=row.id),
        "page": url_for("students.submission", submission=row.id),
    }


def _graded(row: Submission, known: dict[str, Any]) -> models.Graded:
    points, out_of = (row.shown.points, row.shown.out_of) if row.shown else (None, None)
    return models.Graded(**known, points=points, out_of=out_of, report=url_for("api.report", submission=row.id))


def report(submission: str, seen: messages.Report) -> reports.Report:
    """`seen`: the report as the reader may see it."""
    return reports.Report.model_validate(
        {
            "submission": submission,
            "exercise": seen.exercise,
            "edition": seen.edition,
            "title": seen.title,
            "points": seen.points,
            "out_of": seen.out_of,
            "findings": seen.findings,
            "misconceptions": seen.thoughts,
            "broken_laws": seen.broken_laws,
            "remarks": seen.remarks,
            "trouble": seen.trouble,
            "pictures": [PICTURES[type(picture)].model_validate(picture) for picture in seen.pictures],
            "files": seen.files,
            "stdout": seen.stdout,
            "stderr": seen.stderr,
        }
    )
