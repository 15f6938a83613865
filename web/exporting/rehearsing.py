"""An archive looked at as a whole before anything is written: every record fits, and everything it names is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.editions import NAME
from web.courses import NewCourse, mistakes
from web.exporting import kinds
from web.exporting.fitting import Record, fitted, moment, text
from web.exporting.kinds import Kind
from web.exporting.opening import Opened, Refused, damaged

PERSON = frozenset(["email", "name", "language", "role", "group", "since"])
UNFINISHED = {"regrades": "running", "shadows": "waiting"}  # which no export writes: they would begin to run here


@dataclass
class Names:
    """Which names the archive has, each as its own id. grades: how many there were of each submission."""

    known: dict[str, set[str]]
    grades: dict[str, int] = field(default_factory=dict)

    def __call__(self, kind: str, name: str) -> str | None:
        return name if name in self.known.get(kind, ()) else None

    def add(self, kind: Kind, record: Record) -> None:
        if kind is kinds.SUBMISSION:
            self.known["submission"].add(submission_name(record))
        elif kind is kinds.GRADE:
            self.known["grade"].add(grade_name(record, self.grades))
        elif kind is kinds.REGRADE:
            self.known["regrade"].add(str(len(self.known["regrade"]) + 1))


def rehearse(archive: Opened, slug: str) -> None:
    """So that a whole class is then written within seconds. Raises Refused."""
    settings, people = archive.document("course.json"), archive.document("people.json")
    _check_people(people)
    _check_settings(settings)
    course_row(settings, slug)
    names = Names({kind: set() for kind in ("submission", "grade", "regrade")})
    names.known["person"] = {one["email"] for one in people}
    for kind, called in ((kinds.ASSIGNMENT, "exercise"), (kinds.COLUMN, "name")):
        for record in settings[kind.name]:
            fitted(kind, record, names, "course.json")
        names.known[kind.name.removesuffix("s")] = {record[called] for record in settings[kind.name]}
    for kind in kinds.LISTED:
        for where, record in archive.lines(kind.file):
            fitted(kind, record, names, where)
            names.add(kind, record)
            if kind.name in UNFINISHED and record.get("state") == UNFINISHED[kind.name]:
                raise damaged(where)


def course_row(settings: Any, slug: str) -> dict[str, Any]:
    """The values of the course's own row. Raises Refused where the name or the settings will not do."""
    values = fitted(kinds.COURSE, settings["course"], Names({}), "course.json") | {"slug": slug}
    titles = (values.get("title_en", ""), values.get("title_zh", ""))
    for mistake in mistakes(NewCourse(slug, *titles, values.get("timezone", ""))).values():
        raise Refused(mistake.en, mistake.zh)
    return values


def submission_name(record: Record) -> str:
    """As records call it."""
    return f"{record.get('assignment')}/{record.get('user')}/{record.get('number')}"


def grade_name(record: Record, counts: dict[str, int]) -> str:
    """The first, second … of its submission. counts: how many there were; it is added to."""
    submission = str(record.get("submission"))
    counts[submission] = counts.get(submission, 0) + 1
    return f"{submission}#{counts[submission]}"


def _check_settings(settings: Any) -> None:
    wanted = {"course": dict, "assignments": list, "columns": list}
    if not isinstance(settings, dict) or {name: type(value) for name, value in settings.items()} != wanted:
        raise damaged("course.json")
    exercises, columns = settings["assignments"], settings["columns"]
    if not all(isinstance(one, dict) for one in (*exercises, *columns)):
        raise damaged("course.json")
    named = all(NAME.fullmatch(str(one.get("exercise"))) for one in exercises)
    if not named or not all("name" in one and str(one["name"]).isprintable() for one in columns):
        raise damaged("course.json")


def _check_people(people: Any) -> None:
    if not isinstance(people, list) or not all(isinstance(one, dict) and _is_person(one) for one in people):
        raise damaged("people.json")
    if len({one["email"] for one in people}) < len(people):
        raise damaged("people.json")


def _is_person(one: dict[str, Any]) -> bool:
    """With an address and a name; a role that there is, or none."""
    if one.keys() != PERSON or not isinstance(one["email"], str):
        return False
    email, where = text(one["email"], 254, "people.json"), "people.json"
    written = "@" in email and email == email.lower() and email.isprintable() and " " not in email
    named = bool(text(one["name"], 200, where)) and text(one["group"] or "", 100, where) is not None
    if one["since"] is not None:
        moment(one["since"], where)
    return written and named and one["role"] in {None, *kinds.ROLES} and one["language"] in {None, "en", "zh"}
