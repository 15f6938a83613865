"""What a service has instead of a course or an exercise that it does not know, or not for this person."""

from __future__ import annotations

from urllib.parse import quote

from cli.online import words
from cli.online.client import Away, Client, Declined
from grader.messages import Text
from grader.showing import visible_line

LONGEST = 400  # letters of a list


def instead(client: Client, course: str, exercise: str) -> Text | None:
    """What is not there, and which there are; None where nobody says so, or where both are there."""
    try:
        courses = _names(client, "/courses", "course")
        if course not in courses:
            return _no_course(client, course, courses)
        exercises = _names(client, f"/courses/{quote(course, safe='')}/exercises", "exercise")
    except (Away, Declined):
        return None
    if exercise in exercises:
        return None
    text = words.NO_SUCH_EXERCISE if exercises else words.NO_EXERCISES
    return words.said(text, course=_shown(course), exercise=_shown(exercise), exercises=_shown(", ".join(exercises)))


def _no_course(client: Client, course: str, courses: list[str]) -> Text:
    text = words.NO_SUCH_COURSE if courses else words.NO_COURSE
    return words.said(text, service=client.service, course=_shown(course), courses=_shown(", ".join(courses)))


def _names(client: Client, path: str, name: str) -> list[str]:
    """Of what a list of the service holds."""
    return [str(item.get(name)) for item in client.ask("GET", path)[1].get("items", [])]


def _shown(text: str) -> str:
    return visible_line(text, LONGEST)
