"""What site, command line and worker say to each other: Job, Finding, Report. No torch, no numpy.

On the queues a Job goes one way and a Message comes back, both as plain data (grader/plain.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.calls import Device, File, Note, Printed, Seconds

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Text:
    r"""One sentence for people, in both languages. `$…$` encloses a formula, `\$` is a dollar."""

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
    device: str = "cpu"  # "gpu": its checks for a GPU are run as well
    notes: tuple[Note, ...] = ()  # what was noticed when the files were read
    request: str = ""  # the id under which the site's log tells of what caused it


MOST_POINTS = 1_000_000  # that a check may be worth


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
    device: Device = "cpu"


@dataclass(frozen=True)
class Thought:
    """A misconception that explains the answers: what the student probably thought, and a nudge."""

    code: str
    name: str
    hint: Text
    edge: tuple[str, str] | None = None


LOCATED = "where"  # the code of a remark that says where it goes wrong: it stands beside the first difference


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
    """A quantity over the steps of a training run: the student's beside the reference. With a unit it is not judged."""

    title: Text
    got: tuple[float, ...]
    expected: tuple[float, ...]
    first_wrong: int | None
    unit: str = ""


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
        """Whether every check passed: a check that was not run has not, nor has nothing at all."""
        return bool(self.findings) and all(finding.passed for finding in self.findings)


# On the queues ----------------------------------------------------------------------------------

GRADE = "chainrule.grade"  # the name of the task: its one argument is a Job as plain data
Lane = Literal["students", "regrades"]  # what students wait for goes before regrades
LANES: tuple[Lane, ...] = ("students", "regrades")  # in the order in which they are emptied


def queue_of(lane: Lane, device: str) -> str:
    """The queue for jobs that need a device: workers listen to those of the devices that they have."""
    return f"{lane}.{device}"


MESSAGE = b"message"  # the one field of an entry on a stream of reports: a Message as JSON


def reports_of(lane: Lane) -> str:
    """The stream at the broker on which Messages come back: a regrade's stand in no student's way."""
    return f"chainrule.reports.{lane}"


WORKERS = "chainrule.workers"  # a set of keys at the broker: each holds a Presence, and vanishes with who wrote it


@dataclass(frozen=True)
class Presence:
    """What a worker that lives can grade: `gpu` is the name of its GPU, and empty where it lends none."""

    devices: tuple[str, ...]
    slots: int
    gpu: str = ""
    driver: str = ""
    torch: str = ""


@dataclass(frozen=True)
class Began:
    """A worker has taken a job out of the queue. Says no more than that; it may never be followed by anything."""

    submission: str
    ticket: str
    attempt: int


@dataclass(frozen=True)
class Progress:
    """How far a job is that takes long: `done` of its checks are answered. Sent every half second, and may be lost."""

    submission: str
    ticket: str
    attempt: int
    done: int
    of: int


@dataclass(frozen=True)
class Graded:
    """The answer to a job. `ticket` and `attempt` are the job's own: the recorder keeps one of each ticket."""

    submission: str
    ticket: str
    attempt: int
    report: Report


@dataclass(frozen=True)
class Fault:
    """A job could not be judged, and the student had no part in it: nothing is counted."""

    submission: str
    ticket: str
    attempt: int
    whose: Literal["ours", "exercise"]
    text: Text
    detail: str = ""  # for staff: Python's own words


Message = Began | Progress | Graded | Fault
