"""The exercises as the site knows them: sheets, read as text from a folder."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from grader import course
from grader.messages import Text
from grader.reading import Sheet


class Catalogue:
    """Read when it is first asked for. Raises ExerciseError where a sheet cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """By name, in the order of the course."""
        return {sheet.name: sheet for sheet in course.sheets(self.folder)}

    def __getitem__(self, name: str) -> Sheet:
        """Raises KeyError where there is no such exercise."""
        return self.sheets[name]

    def get(self, name: str) -> Sheet | None:
        """None where the exercise has left the folder since it was set."""
        return self.sheets.get(name)

    def chapter_title(self, chapter: str) -> Text:
        return course.chapter_titles(self.folder).get(chapter, Text(chapter, chapter))
