"""The one model that every format is written from: reports of one or several exercises, and where their files lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from grader import words
from grader.errors import Explained
from grader.formulas import plain
from grader.messages import Finding, Language, Remark, Report, Text
from grader.showing import visible


class Impossible(Explained):
    """This format cannot be written here; `text` says why."""


@dataclass(frozen=True)
class Spot:
    """A place in a repository. line: 0 where there is none, as in a notebook, whose lines are no lines of its file."""

    path: str
    line: int = 0


@dataclass(frozen=True)
class Told:
    """A report, and where each of its files lies: name → path from the working directory, with slashes.

    page: of the service, where it stands for people; empty for what was judged here.
    """

    report: Report
    paths: Mapping[str, str] = field(default_factory=dict)
    page: str = ""

    def spot(self, name: str, line: int | None) -> Spot | None:
        """Where a line of a file of the report stands in the repository; None for a file that is not there."""
        known = next((file for file in self.report.files if file.name == name), None)
        path = self.paths.get(name)
        if known is None or path is None:
            return None
        return Spot(path, 0 if known.cells or not path.endswith(".py") else line or 0)

    def spot_of(self, about: Finding | Remark) -> Spot | None:
        """Where to show a remark: at its line; a check: at the definition of what it calls. Else at the first file."""
        found = self.spot(about.file, about.line) if isinstance(about, Remark) else self._defined(about.function)
        first = next(iter(self.report.files), None)
        return found or (self.spot(first.name, None) if first else None)

    def _defined(self, functions: str) -> Spot | None:
        for name in filter(None, functions.split(", ")):
            statement = re.compile(rf"^(?:async[ \t]+)?(?:def|class)[ \t]+{re.escape(name)}\b", re.MULTILINE)
            for file in self.report.files:
                if found := statement.search(file.text):
                    return self.spot(file.name, file.text.count("\n", 0, found.start()) + 1)
        return None


@dataclass(frozen=True)
class Results:
    """What there is to tell. surroundings: the environment, in which a runner says who it is."""

    told: tuple[Told, ...]
    language: Language = "en"
    surroundings: Mapping[str, str] = field(default_factory=dict)
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def reports(self) -> tuple[Report, ...]:
        return tuple(one.report for one in self.told)

    def say(self, text: Text) -> str:
        """A sentence as one writes it in a line: formulas in letters, nothing that could steer a reader."""
        return sentence(text, self.language)

    def each(self) -> Iterator[tuple[Told, Finding]]:
        """Every check with its report."""
        for one in self.told:
            for finding in one.report.findings:
                yield one, finding

    def name(self, told: Told, finding: Finding) -> str:
        """The title of a check, with its exercise where there are several."""
        title = self.say(words.titled(finding))
        return f"{told.report.exercise}: {title}" if len(self.told) > 1 else title

    def why(self, told: Told, finding: Finding) -> str:
        """What there is to say of a check that did not pass."""
        if finding.detail:
            return self.say(finding.detail)
        if told.report.trouble and finding.passed is None:
            return self.say(told.report.trouble.text)
        return words.verdict(finding.passed)[2](self.language)


def sentence(text: Text, language: Language) -> str:
    """See Results.say."""
    return plain(visible(text(language), 4000)).replace("`", "")


def remarks(report: Report) -> list[Remark]:
    """Why nothing could be run, laws that are broken, then what costs nothing."""
    first = [report.trouble] if report.trouble else []
    return [*first, *(Remark("law", law) for law in report.broken_laws), *report.remarks]


def was_hidden(finding: Finding) -> bool:
    """Whether this check is left to the service: it was not run here, and must count neither for nor against."""
    return not finding.public and finding.passed is None
