"""Faults that are not the student's, and what exceptions have that somebody is to read."""

from __future__ import annotations

from grader.messages import Text


class ExerciseError(Exception):
    """The exercise itself is wrong: its reference raised, its sheet cannot be read, a text is missing."""


class DeviceLost(Exception):
    """The device that a request asks for cannot be had, or was lost before any of the student's code ran."""


class Explained(Exception):
    """What is the case stands in `text`, in both languages, for whoever it stops."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class ExplainedHere(Explained):
    """The two sentences stand where it is raised."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(Text(en, zh))


class Mendable(Explained):
    """`remedy` says what to do about it, as a sentence of its own."""

    def __init__(self, text: Text, remedy: Text) -> None:
        super().__init__(text)
        self.remedy = remedy
