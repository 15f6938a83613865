"""What a regrade would change, for each submission and for each student: who gains, who loses, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Passed = bool | None
Kind = Literal["lose", "gain", "same", "ours", "renewed", "waiting"]
KINDS: tuple[Kind, ...] = ("lose", "gain", "same", "ours", "renewed", "waiting")


@dataclass(frozen=True)
class Verdict:
    """One grade, without its report. checks: whether each passed, None where it was not run; empty where not known."""

    points: float
    out_of: float
    codes: tuple[str, ...] = ()
    checks: tuple[tuple[str, Passed], ...] = ()


@dataclass(frozen=True)
class Turn:
    """A check whose verdict is another one. before, after: None where it was not run, or is not there."""

    check: str
    before: Passed
    after: Passed


@dataclass(frozen=True)
class Line:
    """One submission. after: None where it could not be graded, or not yet; renewed: graded anew meanwhile."""

    shadow: int
    submission: str
    number: int
    student_id: int
    student: str
    before: Verdict
    after: Verdict | None
    renewed: bool = False
    waiting: bool = False
    trouble: str = ""  # why it could not be graded, for staff

    @property
    def kind(self) -> Kind:
        if self.renewed:
            return "renewed"
        if self.after is None:
            return "waiting" if self.waiting else "ours"
        return "same" if not self.by else "gain" if self.by > 0 else "lose"

    @property
    def counts(self) -> bool:
        """Whether publishing moves it to the new grade."""
        return self.after is not None and not self.renewed

    @cached_property
    def by(self) -> float:
        """Points that are won, negative where they are lost."""
        return round(self.after.points - self.before.points, 6) if self.after else 0.0

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The checks that judge otherwise, in the order of the new edition; then those that are gone."""
        if self.after is None or not self.before.checks or not self.after.checks:
            return ()
        old, new = dict(self.before.checks), dict(self.after.checks)
        names = [*new, *(name for name in old if name not in new)]
        turns = (Turn(name, old.get(name), new.get(name)) for name in names)
        return tuple(turn for turn in turns if turn.before is not turn.after)

    @property
    def came(self) -> tuple[str, ...]:
        """Codes of misconceptions that are named only now."""
        return _only(self.after.codes, self.before.codes) if self.after else ()

    @property
    def went(self) -> tuple[str, ...]:
        """Codes that are named no more."""
        return _only(self.before.codes, self.after.codes) if self.after else ()

    @property
    def rescaled(self) -> bool:
        """Whether the exercise is worth other points than it was."""
        return self.after is not None and self.after.out_of != self.before.out_of

    @property
    def reads_otherwise(self) -> bool:
        """Whether the report says something else, points or no points."""
        return bool(self.by or self.turns or self.came or self.went or self.rescaled)


@dataclass(frozen=True)
class Effect:
    """What counts of a student for the exercise: as it is, and as it would be. None: nothing counts."""

    student_id: int
    student: str
    old: float | None
    new: float | None
    submission: str | None = None  # the one that would count

    @property
    def by(self) -> float:
        return round((self.new or 0.0) - (self.old or 0.0), 6)


@dataclass(frozen=True)
class Difference:
    """All of a regrade. effects: only of students whose score becomes another one."""

    lines: tuple[Line, ...]
    effects: tuple[Effect, ...] = ()

    @cached_property
    def of_kind(self) -> dict[Kind, tuple[Line, ...]]:
        """Losses and gains with the largest first; the others by student."""
        found: dict[Kind, list[Line]] = {kind: [] for kind in KINDS}
        for line in self.lines:
            found[line.kind].append(line)
        return {kind: tuple(sorted(lines, key=_rank)) for kind, lines in found.items()}

    @property
    def stay(self) -> int:
        return len(self.of_kind["same"])

    @property
    def gain(self) -> int:
        return len(self.of_kind["gain"])

    @property
    def lose(self) -> int:
        return len(self.of_kind["lose"])

    @property
    def largest_loss(self) -> Line | None:
        return next(iter(self.of_kind["lose"]), None)

    @property
    def largest_gain(self) -> Line | None:
        return next(iter(self.of_kind["gain"]), None)

    @property
    def reworded(self) -> int:
        """How many keep their points, but not every verdict or word."""
        return sum(line.reads_otherwise for line in self.of_kind["same"])

    @property
    def changed(self) -> tuple[Line, ...]:
        """What is worth looking at: losses, gains, what keeps its points but not its verdicts, what was not graded."""
        same = tuple(line for line in self.of_kind["same"] if line.reads_otherwise)
        return (*self.of_kind["lose"], *self.of_kind["gain"], *self.of_kind["ours"], *self.of_kind["renewed"], *same)

    @cached_property
    def reasons(self) -> tuple[tuple[Turn, int, float], ...]:
        """Which checks turned, in how many submissions, and with how many points won or lost there; the most first."""
        found: dict[Turn, list[float]] = {}
        for line in self.lines:
            for turn in line.turns if line.counts else ():
                found.setdefault(turn, []).append(line.by)
        counted = [(turn, len(points), round(sum(points), 6)) for turn, points in found.items()]
        return tuple(sorted(counted, key=lambda one: (-one[1], one[0].check)))

    def chosen(self, name: str) -> tuple[Line, ...]:
        """The lines of a kind, of those that changed, or all of them in order."""
        for kind in KINDS:
            if name == kind:
                return self.of_kind[kind]
        return tuple(line for kind in KINDS for line in self.of_kind[kind]) if name == "all" else self.changed


def _rank(line: Line) -> tuple[float, str, int, int]:
    return (-abs(line.by), line.student, line.student_id, line.number)


def _only(these: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in these if code not in set(others)))
