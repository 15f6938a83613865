"""What an exercise is made of: functions, checks, misconceptions, laws, and the calls that are planned for a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from grader.arrays import rounded
from grader.calls import Call, Device, Name, Value
from grader.draws import Draw


@dataclass(frozen=True)
class Function:
    """Something that a call can name: a function or class of the starter, or of the given code.

    Calling it inside a check makes a Call; passing it as an argument passes its name.
    """

    name: str
    implementation: Callable[..., Any]
    returns: tuple[str, ...] = ()  # names of the parts of what it returns; empty for a single value
    plot: tuple[str, ...] = ()  # which parts to draw: a trace for (steps,) or (steps, k), else a heat map
    given: bool = False

    def __call__(self, *arguments: Value) -> Call:
        return Call(self.name, tuple(Name(a.name) if isinstance(a, Function) else a for a in arguments))


@dataclass(frozen=True)
class Check:
    """One line of the marking scheme. `part` narrows the comparison to one named part of the answer."""

    name: str
    draw_calls: Callable[[Draw], Iterator[Call]]
    points: float
    public: bool
    after: tuple[str, ...]
    part: str | None
    tolerance: float
    device: Device = "cpu"
    dtype: str = ""
    timed: bool = False


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer as code: what someone who thinks so would write for `function`."""

    code: str
    name: str
    function: str
    implementation: Callable[..., Any]
    edge: tuple[str, str] | None


@dataclass(frozen=True)
class Law:
    """A property of every right answer of `function`; it takes the arguments and the answer."""

    name: str
    function: str
    holds: Callable[..., Any]


@dataclass(frozen=True)
class Planned:
    """A check with its calls for one seed."""

    check: Check
    calls: tuple[Call, ...]


def placed(call: Call, check: Check) -> Call:
    """The call with its arguments where, and in what precision, its check wants them."""
    arguments = tuple(rounded(a, check.dtype) for a in call.arguments) if check.dtype else call.arguments
    return replace(call, arguments=arguments, device=check.device, dtype=check.dtype)
