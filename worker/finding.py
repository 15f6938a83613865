"""The exercise that a job asks for: an edition that was published, else the one that is installed."""

from __future__ import annotations

import threading
from pathlib import Path

import assignments
from grader.editions import Editions
from grader.exercise import Exercise


def installed(name: str, edition: str) -> Exercise:  # noqa: ARG001 - whoever asks compares it
    """The exercise that ships with us, whichever edition that is. Raises KeyError."""
    return assignments.find(name)


class Finder:
    """Loads each edition once, when it is first asked for. Safe for threads. published: the folder, if there is one."""

    def __init__(self, published: Path) -> None:
        self._editions = Editions(published)
        self._loaded: dict[tuple[str, str], Exercise] = {}
        self._turns: dict[tuple[str, str], threading.Lock] = {}  # one that hangs holds up nobody who asks for another

    def __call__(self, name: str, edition: str) -> Exercise:
        """Of another edition where this one is neither here nor there. Raises KeyError, ExerciseError."""
        with self._turns.setdefault((name, edition), threading.Lock()):
            found = self._loaded.get((name, edition)) or self._load(name, edition)
        return found or installed(name, edition)

    def _load(self, name: str, edition: str) -> Exercise | None:
        """The published one is executed: whoever may publish may run programs here."""
        path = self._editions.path(name, edition)
        if path is None:
            return None
        found = self._loaded[name, edition] = assignments.load(path, f"published_{name}_{edition}")
        return found
