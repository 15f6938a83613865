"""The exercises as the site knows them: sheets, read as text from a folder, and those that were published since."""

from __future__ import annotations

from pathlib import Path

from grader import course
from grader.editions import Editions
from grader.messages import Text
from grader.reading import Sheet


class Catalogue:
    """Read when it is first asked for, and when something was published. Raises ExerciseError for a broken sheet.

    A published edition goes before the one in the folder.
    """

    def __init__(self, folder: Path, published: Path | None = None) -> None:
        self.folder = folder
        self._editions = Editions(published) if published else None
        self._kept: tuple[tuple[int, ...], dict[str, Sheet]] | None = None

    @property
    def sheets(self) -> dict[str, Sheet]:
        """By name, in the order of the course."""
        stamp, kept = self._editions.stamp() if self._editions else (), self._kept
        if kept is None or kept[0] != stamp:
            kept = self._kept = (stamp, self._read())
        return kept[1]

    def _read(self) -> dict[str, Sheet]:
        published = self._editions.sheets() if self._editions else ()
        newest = {sheet.name: sheet for sheet in (*course.sheets(self.folder), *published)}
        return {sheet.name: sheet for sheet in course.in_order(newest.values())}

    def __getitem__(self, name: str) -> Sheet:
        """Raises KeyError where there is no such exercise."""
        return self.sheets[name]

    def get(self, name: str) -> Sheet | None:
        """None where the exercise has left the folder since it was set."""
        return self.sheets.get(name)

    def chapter_title(self, chapter: str) -> Text:
        return course.chapter_titles(self.folder).get(chapter, Text(chapter, chapter))
