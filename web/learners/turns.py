"""What became of the report between two attempts: points, checks that pass or fail anew, misconceptions gone or new."""

from __future__ import annotations

from dataclasses import dataclass

from grader.messages import Finding, Report, Text


@dataclass(frozen=True)
class Turned:
    """A check whose verdict is another one now; None: it was not run, or was not there."""

    title: Text
    before: bool | None
    after: bool | None


@dataclass(frozen=True)
class Turn:
    """From one report to another. gone, new, stayed: misconceptions by code; trouble: why a program could not run."""

    points: tuple[float, float]
    out_of: tuple[float, float]
    passing: tuple[Turned, ...]
    failing: tuple[Turned, ...]
    unchanged: int
    gone: tuple[str, ...]
    new: tuple[str, ...]
    stayed: tuple[str, ...]
    troubles: tuple[Text | None, Text | None]
    same_edition: bool

    @property
    def by(self) -> float:
        """How many points more, or below 0 fewer."""
        return self.points[1] - self.points[0]


def turn(before: Report, after: Report) -> Turn:
    """Checks are recognised by their names, so an exercise whose titles were reworded can still be compared."""
    old, new = _checks(before), _checks(after)
    turned = [
        Turned((new.get(name) or old[name]).title, _passed(old.get(name)), _passed(new.get(name)))
        for name in dict.fromkeys([*new, *old])
    ]
    passing = tuple(one for one in turned if one.after and not one.before)
    failing = tuple(one for one in turned if one.before and not one.after)
    had, has = _codes(before), _codes(after)
    return Turn(
        points=(before.points, after.points),
        out_of=(before.out_of, after.out_of),
        passing=passing,
        failing=failing,
        unchanged=len(turned) - len(passing) - len(failing),
        gone=tuple(code for code in had if code not in has),
        new=tuple(code for code in has if code not in had),
        stayed=tuple(code for code in has if code in had),
        troubles=(_trouble(before), _trouble(after)),
        same_edition=before.edition == after.edition,
    )


def _checks(report: Report) -> dict[str, Finding]:
    return {finding.check: finding for finding in report.findings}


def _passed(finding: Finding | None) -> bool | None:
    return finding.passed if finding else None


def _trouble(report: Report) -> Text | None:
    return report.trouble.text if report.trouble else None


def _codes(report: Report) -> list[str]:
    return list(dict.fromkeys(thought.code for thought in report.thoughts))
