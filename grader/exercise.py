"""The words exercises are written in: starter, given, reference, check, law, misconception, graph."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

from grader.arrays import BY_DTYPE, fresh
from grader.calls import Call, Device, Name, Profile, Value
from grader.draws import Draw
from grader.entries import Check, Function, Law, Misconception, Planned, placed
from grader.errors import ExerciseError
from grader.messages import MOST_POINTS, Text
from grader.parts import pace_of
from grader.reading import Sheet, read_sheet

__all__ = ["Check", "Exercise", "Function", "Law", "Misconception", "Planned"]

Thing = TypeVar("Thing", bound=Callable[..., Any])

BY_HAND = 1e-11  # closer than finite differences come, farther than float64 rounding goes
BY_MACHINE = 1e-6


class Exercise:
    """One exercise. Its module's docstring is the statement; decorated functions are everything else.

    forbid: ways that are refused, of 'autograd' and 'finite differences'.
    tolerance: relative; 1e-11 where finite differences are forbidden, else 1e-6.
    seconds: wall-clock limit for everything the student's file does, on each device.
    pace: a right program, in or below this module's folder, whose times are shown beside those of timed checks.
    """

    def __init__(
        self,
        module: str,
        *,
        chapter: str,
        order: int = 99,
        forbid: tuple[str, ...] = (),
        profile: Profile = "plain",
        tolerance: float | None = None,
        seconds: float = 10.0,
        pace: str = "",
    ) -> None:
        self.module = module
        self.chapter = chapter
        self.order = order
        self.forbid = forbid
        self.profile = profile
        self.tolerance = tolerance or (BY_HAND if "finite differences" in forbid else BY_MACHINE)
        self.seconds = seconds
        self.pace = pace_of(Path(str(sys.modules[module].__file__)), {"pace": pace})
        self.functions: dict[str, Function] = {}
        self.references: dict[str, Callable[..., Any]] = {}
        self.checks: list[Check] = []
        self.laws: list[Law] = []
        self.misconceptions: list[Misconception] = []
        self.graphs: dict[str, tuple[str, ...]] = {}
        self.sheet: Sheet = read_sheet(Path(str(sys.modules[module].__file__)))

    @property
    def name(self) -> str:
        return self.sheet.name

    @property
    def edition(self) -> str:
        return self.sheet.edition

    def reworded(self, sheet: Sheet) -> Exercise:
        """The same exercise with the words of another sheet of its edition."""
        made = copy(self)
        made.sheet = sheet
        return made

    # What exercise modules say ------------------------------------------------------------------

    def starter(self, *, returns: tuple[str, ...] = (), plot: tuple[str, ...] = ()) -> Callable[[Thing], Function]:
        """What the student is to write: a function or class whose body is still missing."""
        return lambda thing: self._define(Function(thing.__name__, thing, returns, plot))

    def given(self, *, returns: tuple[str, ...] = (), plot: tuple[str, ...] = ()) -> Callable[[Thing], Function]:
        """Public code that comes with the exercise and runs in the box; standard library and numpy only."""
        return lambda thing: self._define(Function(thing.__name__, thing, returns, plot, given=True))

    def reference(self, function: Function) -> Callable[[Thing], Thing]:
        """The right answer of `function`, from tensors in float64; never enters the box."""

        def keep(thing: Thing) -> Thing:
            self.references[function.name] = thing
            return thing

        return keep

    def check(
        self,
        *,
        points: float,
        public: bool = False,
        after: tuple[Callable[..., Any], ...] = (),
        part: str | None = None,
        tolerance: float | None = None,
        device: Device = "cpu",
        dtype: str = "",
        timed: bool = False,
    ) -> Callable[[Thing], Thing]:
        """A generator of calls. It passes where every answer agrees with the reference.

        Where a check in `after` did not pass, this one is not run. Tensors arrive on `device` and, where it is given,
        in `dtype`, whose tolerance then holds. timed: its seconds are shown beside those of the exercise's pace.
        Raises ExerciseError where the points are no such number.
        """
        if not 0 <= points <= MOST_POINTS:  # nor is it no number: sums of a whole class would be none
            raise ExerciseError(f"a check is worth 0 to {MOST_POINTS} points, not {points}")

        def keep(thing: Thing) -> Thing:
            before = tuple(earlier.__name__ for earlier in after)
            limit = tolerance or BY_DTYPE.get(dtype, self.tolerance)
            self.checks.append(Check(thing.__name__, thing, points, public, before, part, limit, device, dtype, timed))
            return thing

        return keep

    def law(self, function: Function) -> Callable[[Thing], Thing]:
        """A property of every right answer, as a function of the arguments and the answer."""

        def keep(thing: Thing) -> Thing:
            self.laws.append(Law(thing.__name__, function.name, thing))
            return thing

        return keep

    def misconception(
        self, code: str, function: Function, *, edge: tuple[str, str] | None = None
    ) -> Callable[[Thing], Thing]:
        """A known wrong `function`; `edge` is where it breaks the computational graph."""

        def keep(thing: Thing) -> Thing:
            self.misconceptions.append(Misconception(code, thing.__name__, function.name, thing, edge))
            return thing

        return keep

    def graph(self, *functions: Function) -> Callable[[Thing], Thing]:
        """A straight-line function whose assignments are the nodes of the computational graph.

        On a given expression it speaks for the calls that are handed that expression.
        """

        def keep(thing: Thing) -> Thing:
            name = thing.name if isinstance(thing, Function) else thing.__name__
            self.graphs[name] = tuple(function.name for function in functions)
            return thing

        return keep

    def _define(self, function: Function) -> Function:
        self.functions[function.name] = function
        return function

    # What grading asks --------------------------------------------------------------------------

    @property
    def needs(self) -> tuple[str, ...]:
        """The names that a student's file must define."""
        return tuple(name for name, function in self.functions.items() if not function.given)

    def title(self, check: Check) -> Text:
        return self.sheet.text("check", check.name)

    def plan(self, seed: str) -> tuple[Planned, ...]:
        """Every check with its calls for this seed. Raises ExerciseError where a check cannot be drawn."""
        return tuple(Planned(check, self._calls(check, seed)) for check in self.checks)

    def _calls(self, check: Check, seed: str) -> tuple[Call, ...]:
        try:
            calls = tuple(check.draw_calls(Draw(seed, f"{self.name}/{check.name}")))
            return tuple(placed(call, check) for call in calls) if check.device != "cpu" or check.dtype else calls
        except Exception as error:
            raise ExerciseError(f"{self.name}: the check {check.name} cannot be drawn: {error!r}") from error

    def answer(self, call: Call, *, thinking: Misconception | None = None) -> Value:
        """The reference's answer to a call, or that of someone who holds a misconception.

        Raises ExerciseError where the reference fails; a misconception may raise anything.
        """
        if thinking and self.concerns(thinking, call):
            return self._implementation(call.function, thinking)(*self.arguments(call, thinking))
        answer = self.references.get(call.function) or self.functions[call.function].implementation
        try:
            return answer(*self.arguments(call))
        except Exception as error:
            raise ExerciseError(f"{self.name}: the reference of {call.function} failed: {error!r}") from error

    def concerns(self, thinking: Misconception, call: Call) -> bool:
        """Whether the call runs the function that the misconception is about."""
        named = [argument for argument in call.arguments if isinstance(argument, Name)]
        return call.function == thinking.function or Name(thinking.function) in named

    def arguments(self, call: Call, thinking: Misconception | None = None) -> list[Value]:
        """The arguments anew, for plans are kept and code may write; with what a Name stands for in its place."""
        return [self._implementation(a.name, thinking) if isinstance(a, Name) else fresh(a) for a in call.arguments]

    def _implementation(self, name: str, thinking: Misconception | None) -> Callable[..., Any]:
        """Given code is itself; what students write is the misconception's, else the reference's."""
        if thinking and thinking.function == name:
            return thinking.implementation
        function = self.functions[name]
        return function.implementation if function.given else self.references.get(name, function.implementation)
