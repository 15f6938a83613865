"""What site, command line and worker say to each other: Job, Finding, Report. No torch, no numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.calls import File, Note, Printed, Seconds

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Text:
    """One sentence for people, in both languages. `$…$` encloses a formula."""

    en: str
    zh: str

    def __call__(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Job:
    """One submission to be graded. `seed` is a secret, 64 hexadecimal digits or a plain number."""

    submission: str
    ticket: str
    attempt: int
    exercise: str
    edition: str
    files: tuple[File, ...]
    seed: str
    device: str = "cpu"
    notes: tuple[Note, ...] = ()  # what was noticed when the files were read


@dataclass(frozen=True)
class Finding:
    """The verdict of one check: passed is True, False, or None where the check was not run."""

    check: str
    function: str
    title: Text
    passed: bool | None
    points: float
    out_of: float
    public: bool
    detail: Text | None = None


@dataclass(frozen=True)
class Thought:
    """A misconception that explains the answers: what the student probably thought, and a nudge."""

    code: str
    name: str
    hint: Text
    edge: tuple[str, str] | None = None


@dataclass(frozen=True)
class Remark:
    """Something worth saying that costs no points."""

    code: str
    text: Text
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Graph:
    """A computational graph. Nodes are in the order of computation; an edge goes from input to result."""

    title: Text
    nodes: tuple[tuple[str, str], ...]  # (name, the expression that computes it; empty for an input)
    edges: tuple[tuple[str, str], ...]
    wrong_nodes: tuple[str, ...] = ()
    wrong_edge: tuple[str, str] | None = None


@dataclass(frozen=True)
class Trace:
    """A quantity over the steps of a training run: the student's beside the reference."""

    title: Text
    got: tuple[float, ...]
    expected: tuple[float, ...]
    first_wrong: int | None


@dataclass(frozen=True)
class HeatMap:
    """Two matrices of one shape (n, c): the student's and the expected one."""

    title: Text
    got: tuple[tuple[float, ...], ...]
    expected: tuple[tuple[float, ...], ...]


Picture = Graph | Trace | HeatMap


@dataclass(frozen=True)
class Report:
    """What a student reads. Points are earned by findings alone; the rest is words and pictures."""

    exercise: str
    title: Text
    edition: str
    seed: str
    findings: tuple[Finding, ...]
    thoughts: tuple[Thought, ...] = ()
    broken_laws: tuple[Text, ...] = ()
    remarks: tuple[Remark, ...] = ()
    trouble: Remark | None = None  # why nothing could be run, if so
    pictures: tuple[Picture, ...] = ()
    files: tuple[File, ...] = ()
    stdout: Printed = Printed()
    stderr: Printed = Printed()
    seconds: Seconds = Seconds()

    @property
    def points(self) -> float:
        return sum(finding.points for finding in self.findings)

    @property
    def out_of(self) -> float:
        return sum(finding.out_of for finding in self.findings)

    @property
    def all_passed(self) -> bool:
        """Whether every check passed: a check that was not run has not."""
        return all(finding.passed for finding in self.findings)
