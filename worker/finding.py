"""The exercise that a job asks for: an edition that was published, else the one that is installed."""

from __future__ import annotations

import threading
from pathlib import Path

import assignments
from grader.editions import Editions
from grader.exercise import Exercise
from grader.reading import read_sheet


def installed(name: str, edition: str) -> Exercise:  # noqa: ARG001 - whoever asks compares it
    """The exercise that ships with us, whichever edition that is. Raises KeyError."""
    return assignments.find(name)


class Finder:
    """Executes each edition once, when it is first asked for; its translation is read again when it is another.

    Safe for threads. published: the folder, if there is one.
    """

    def __init__(self, published: Path) -> None:
        self._editions = Editions(published)
        self._loaded: dict[tuple[str, str], tuple[str, Exercise]] = {}  # with the digest of its translation
        self._turns: dict[tuple[str, str], threading.Lock] = {}  # one that hangs holds up nobody who asks for another

    def __call__(self, name: str, edition: str) -> Exercise:
        """Of another edition where this one is neither here nor there. Raises KeyError, ExerciseError."""
        with self._turns.setdefault((name, edition), threading.Lock()):
            return self._published(name, edition) or installed(name, edition)

    def _published(self, name: str, edition: str) -> Exercise | None:
        """It is executed: whoever may publish may run programs here."""
        known, found = self._loaded.get((name, edition), ("", None))
        path = self._editions.path(name, edition)
        if path is None:
            return found
        words = self._editions.words(name, edition)
        if found and known == words:
            return found
        made = found.reworded(read_sheet(path)) if found else assignments.load(path, f"published_{name}_{edition}")
        self._loaded[name, edition] = words, made
        return made
