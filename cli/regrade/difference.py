"""What a regrade would change: submission by submission, with the checks and misconceptions that explain it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cli.regrade.stored import Score, Stored
from grader.messages import Report

Direction = Literal["gains", "loses", "same", "new", "unreadable"]
NOTHING = 1e-9  # points


@dataclass(frozen=True)
class Change:
    """A submission, its score then, and now. now: None where its files cannot be read; why says so then."""

    stored: Stored
    now: Score | None
    why: str = ""

    @property
    def by(self) -> float:
        """Points more than before."""
        before = self.stored.score
        return self.now.points - before.points if self.now and before else 0.0

    @property
    def direction(self) -> Direction:
        if self.now is None:
            return "unreadable"
        if self.stored.score is None:
            return "new"
        return "same" if abs(self.by) < NOTHING else "gains" if self.by > 0 else "loses"

    @property
    def checks(self) -> tuple[tuple[str, bool | None, bool | None], ...]:
        """(check, then, now) where the verdicts differ; a check that is not there has None."""
        then, now = self._verdicts()
        if then is None:
            return tuple((check, None, passed) for check, passed in now.items() if not passed)
        names = dict.fromkeys([*then, *now])
        return tuple((name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name))

    @property
    def thoughts(self) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The misconceptions named then (None where it was not kept) and now."""
        before = self.stored.score.thoughts if self.stored.score else None
        return before, (self.now.thoughts or ()) if self.now else ()

    def _verdicts(self) -> tuple[Mapping[str, bool | None] | None, Mapping[str, bool | None]]:
        before = self.stored.score.verdicts if self.stored.score else None
        return before, (self.now.verdicts or {}) if self.now else {}


def score_of(report: Report) -> Score:
    """What is kept of a report."""
    verdicts = {finding.check: finding.passed for finding in report.findings}
    thoughts = tuple(thought.code for thought in report.thoughts)
    return Score(report.points, report.out_of, report.edition, report.seed, verdicts, thoughts)


def seed_of(stored: Stored) -> str:
    """The seed that it was judged by; else one that is the same every time, so that two previews agree."""
    if stored.score and stored.score.seed:
        return stored.score.seed
    return hashlib.sha256("/".join(stored.key).encode()).hexdigest()


def counts(changes: tuple[Change, ...]) -> dict[Direction, int]:
    """How many of each."""
    names: tuple[Direction, ...] = ("gains", "loses", "same", "new", "unreadable")
    return {name: sum(change.direction == name for change in changes) for name in names}
