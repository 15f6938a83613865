"""Changing what is set: each change is written down with what was there before, and none where nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.plain import to_plain
from web.accounts.journal import note
from web.database.models import Assignment, Course
from web.setup.rules import CourseRules, ExerciseTerms
from web.terms import Credit


def set_course(session: Session, course: Course, rules: CourseRules, actor: int, moment: datetime) -> bool:
    """Whether anything changed."""
    credit = None if rules.credit == Credit() else to_plain(Credit, rules.credit)
    changes = _changes(course, _values(rules) | {"credit": credit})
    return _change(session, course, changes, ("course changed", actor, about_course(course), moment))


def set_archived(session: Session, course: Course, archived: bool, actor: int, moment: datetime) -> bool:  # noqa: FBT001
    """An archived course takes nothing more in, and leaves the lists."""
    if archived == (course.archived_at is not None):
        return False
    course.archived_at = moment if archived else None
    note(session, moment, "course archived" if archived else "course brought back", actor, about_course(course))
    return True


def open_course(session: Session, course: Course, actor: int, moment: datetime) -> None:
    """Students see it from now on; for one that they see already nothing is done."""
    if course.draft:
        course.draft = False
        note(session, moment, "course opened", actor, about_course(course))


def set_exercise(session: Session, row: Assignment, values: Mapping[str, Any], actor: int, moment: datetime) -> bool:
    """Set columns of an exercise in a course. Whether anything changed."""
    line = ("terms changed", actor, about_exercise(row), moment)
    return _change(session, row, _changes(row, values), line)


def columns_of(terms: ExerciseTerms) -> dict[str, Any]:
    """As the row of an exercise keeps them."""
    return _values(terms) | {"credit": terms.credit and to_plain(Credit, terms.credit)}


def about_course(course: Course) -> str:
    """How a line of the audit names a course."""
    return f"course {course.id}"


def about_exercise(row: Assignment) -> str:
    """How a line of the audit names an exercise in a course."""
    return f"exercise {row.exercise} in course {row.course_id}"


def _values(rules: CourseRules | ExerciseTerms) -> dict[str, Any]:
    return {field.name: getattr(rules, field.name) for field in fields(rules)}


def _changes(row: Course | Assignment, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def _change(
    session: Session, row: Course | Assignment, changes: dict[str, Any], line: tuple[str, int, str, datetime]
) -> bool:
    """line: what is written down: (action, who, about what, when)."""
    if not changes:
        return False
    action, actor, about, moment = line
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    note(session, moment, action, actor, about, old=_words(before), new=_words(changes))
    return True


def _words(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
