"""Whether an expression uses one of its values more than once: computed with values that count their uses."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

MANY = 4  # inputs for an expression that takes any number


class Counted:
    """A value that knows how often it was used, and notes in `twice` when that is more than once."""

    def __init__(self, twice: list[Counted]) -> None:
        self.twice = twice
        self.used = 0

    def use(self, *others: Any) -> Counted:
        for value in (self, *others):
            if isinstance(value, Counted):
                value.used += 1
                self.twice += [value] if value.used > 1 else []
        return Counted(self.twice)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = use
    __neg__ = __pow__ = __rpow__ = exp = log = tanh = relu = sigmoid = use


@cache
def uses_a_value_twice(expression: Callable[..., Any]) -> bool:
    """False also where that cannot be seen, for the expression does more than arithmetic."""
    twice: list[Counted] = []
    parameters = inspect.signature(expression).parameters.values()
    open_ended = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)
    try:
        expression(*(Counted(twice) for _ in range(MANY if open_ended else len(parameters))))
    except (TypeError, AttributeError, ValueError):
        return False
    return bool(twice)
