"""What crosses the wall of the box: a request goes in, outcomes come out.

No title, no point, no tolerance and no answer is ever part of a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Profile = Literal["plain", "torch", "gpu"]
Device = Literal["cpu", "gpu"]  # the one word for it in checks, jobs, queues and reports; torch's own is "cuda"

# Numbers, strings, None, arrays, Names, and lists, tuples and dicts of these. numpy's arrays have no
# precise type that mypy could check across shapes, so the alias documents more than it proves.
Value = Any

Reason = Literal[
    "raised",  # the student's code raised an exception
    "missing",  # nothing of that name is defined
    "unsendable",  # it returned something that is neither numbers nor text
    "forbidden",  # the guard in the box stopped a forbidden way
    "timeout",  # the supervisor ended it: too much time
    "memory",  # the supervisor saw the memory limit being hit
    "crashed",  # the process ended by itself before it answered
    "garbled",  # what came out of the box was not an answer
    "not reached",  # an earlier call ended the process
]


@dataclass(frozen=True)
class File:
    """One source file as text; `name` is relative and only used to show where something is.

    cells: for a notebook, the line of `text` on which each code cell starts, counted from 1.
    """

    name: str
    text: str
    cells: tuple[int, ...] = ()


@dataclass(frozen=True)
class Name:
    """An argument that stands for something the student's file or the given code defines."""

    name: str


@dataclass(frozen=True)
class Call:
    """Call `function`, a name in the student's file or in the given code, with `arguments`."""

    function: str
    arguments: tuple[Value, ...]
    device: Device = "cpu"  # where tensors among the arguments lie, and tensors among the answers should
    dtype: str = ""  # what floating tensors among the arguments are turned into there; as they come, where empty


@dataclass(frozen=True)
class Request:
    """Everything that the box is told."""

    files: tuple[File, ...]
    calls: tuple[Call, ...]
    needs: tuple[str, ...]  # what the files must define
    given: str = ""  # public code that comes with the exercise
    profile: Profile = "plain"
    guards: tuple[str, ...] = ()  # forbidden ways that can be blocked from inside
    seconds: float = 10.0  # wall-clock limit for all of it
    seed: int = 0  # for the student's own random numbers; says nothing about the inputs
    first: int | None = None  # so many calls are put first, the others when these are answered; None: all at once
    device_memory: int = 0  # bytes of the device's memory that the box may take; 0: all


@dataclass(frozen=True)
class Returned:
    """The value that a call gave, which of its arguments it wrote into, and whether it left the device."""

    value: Value
    changed: tuple[int, ...] = ()
    strayed: bool = False  # a tensor in it was not on the device on which the arguments were


@dataclass(frozen=True)
class Failed:
    """Why there is no value. `text` quotes Python's own words where there are some."""

    reason: Reason
    text: str = ""
    file: str = ""
    line: int | None = None


Outcome = Returned | Failed


@dataclass(frozen=True)
class Mention:
    """A name that the source uses: `kind` is 'import', 'name', 'attribute' or 'define'."""

    kind: str
    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Note:
    """Something that happened while the files were loaded and did not stop them."""

    code: str
    subject: str
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Printed:
    """The start of what was printed, and how many bytes were dropped after it.

    shown: how many characters were there before any but the `first` calls were put, and so cannot tell these.
    """

    text: str = ""
    dropped: int = 0
    shown: int = 0


@dataclass(frozen=True)
class Seconds:
    """wall: the whole run; cpu: all processes in the box; box: wall less the student's own work."""

    wall: float = 0.0
    cpu: float = 0.0
    box: float = 0.0


@dataclass(frozen=True)
class Ran:
    """All that one box gave back. `trouble` is why the files could not be loaded, if so."""

    outcomes: tuple[Outcome, ...]
    mentions: tuple[Mention, ...] = ()
    trouble: Failed | None = None
    notes: tuple[Note, ...] = ()
    stdout: Printed = Printed()
    stderr: Printed = Printed()
    seconds: Seconds = Seconds()
    each: tuple[float, ...] = ()  # seconds of each call by the supervisor's clock, from the answer before to its own

    @property
    def crashed(self) -> bool:
        """Whether the process ended by itself, without a limit and before all was said."""
        return any(isinstance(o, Failed) and o.reason == "crashed" for o in (*self.outcomes, self.trouble))


Run = Callable[[Request], Ran]
