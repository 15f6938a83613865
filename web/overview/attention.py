"""Who may need a word: students who have gone silent, and students who are stuck at several exercises at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from web.overview.classroom import Classroom, Line
from web.overview.reading import Student

MISSED = 2  # exercises in a row, the last that have closed
SEVERAL = 2  # open exercises at which somebody is stuck


@dataclass(frozen=True)
class Worry:
    """One student. missed: exercises not begun in a row up to the last that has closed; of: all that have closed."""

    student: Student
    missed: int
    stuck: tuple[Line, ...]
    passed: int
    of: int


def worries(room: Classroom) -> tuple[Worry, ...]:
    """Whoever has been silent the longest first."""
    closed = [line for line in room.lines if line.terms.closed(room.now) and not line.assignment.draft]
    closed.sort(key=lambda line: line.terms.closes_at or room.now)
    begun = {line.assignment.id: {one.user_id for one in line.tallies} for line in closed}
    passed = Counter(one.user_id for line in closed for one in line.tallies if one.passed)
    circling = _circling(room)
    found = [
        Worry(student, _missed(room, closed, begun, number), circling.get(number, ()), passed[number], len(closed))
        for number, student in room.members.items()
    ]
    chosen = [one for one in found if one.missed >= MISSED or len(one.stuck) >= SEVERAL]
    return tuple(sorted(chosen, key=lambda one: (-one.missed, -len(one.stuck))))


def _circling(room: Classroom) -> dict[int, tuple[Line, ...]]:
    found: dict[int, tuple[Line, ...]] = {}
    for line in room.lines:
        for one in line.stuck or ():
            found[one.user_id] = (*found.get(one.user_id, ()), line)
    return found


def _missed(room: Classroom, closed: list[Line], begun: dict[int, set[int]], user_id: int) -> int:
    """Backwards from the last. What somebody is spared counts neither for nor against."""
    missed = 0
    for line in reversed(closed):
        if user_id in begun[line.assignment.id]:
            break
        missed += (line.assignment.id, user_id) not in room.spared
    return missed
