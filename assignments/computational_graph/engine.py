"""A right engine, small enough that each wrong one replaces a single thought of it."""

import math
import operator
from typing import ClassVar

RULES = {  # name: (what it computes, its slopes by the inputs, given the inputs and the value)
    "add": (operator.add, lambda *_: (1.0, 1.0)),
    "sub": (operator.sub, lambda *_: (1.0, -1.0)),
    "mul": (operator.mul, lambda a, b, _: (b, a)),
    "truediv": (operator.truediv, lambda a, b, _: (1 / b, -a / b**2)),
    "pow": (operator.pow, lambda a, k, _: (k * a ** (k - 1), 0.0)),
    "neg": (operator.neg, lambda *_: (-1.0,)),
    "exp": (math.exp, lambda _, y: (y,)),
    "tanh": (math.tanh, lambda _, y: (1 - y * y,)),
    "relu": (lambda a: max(a, 0.0), lambda a, _: (float(a > 0),)),
}


class Engine:
    """Values whose operations look up their slopes in a table."""

    slopes: ClassVar = {name: slopes for name, (_, slopes) in RULES.items()}
    forgets = ()  # rules that leave out the upstream gradient

    def __init__(self, data, rule=None, sources=()):
        self.data, self.grad, self.rule, self.sources = data, 0.0, rule, sources

    def apply(self, rule, *others):
        sources = [self, *(other if isinstance(other, Engine) else type(self)(other) for other in others)]
        return type(self)(RULES[rule][0](*(source.data for source in sources)), rule, sources)

    def receive(self, gradient):
        self.grad += gradient

    def passed_back(self):
        """What each source is sent."""
        upstream = 1.0 if self.rule in self.forgets else self.grad
        local = self.slopes[self.rule](*(source.data for source in self.sources), self.data) if self.rule else ()
        return [(source, slope * upstream) for source, slope in zip(self.sources, local, strict=True)]

    def order(self):
        found, seen, stack = [], set(), [(self, False)]
        while stack:
            value, sources_done = stack.pop()
            if sources_done:
                found.append(value)
            elif value not in seen:
                seen.add(value)
                stack += [(value, True), *((source, False) for source in value.sources)]
        return found[::-1]

    def backward(self):
        self.grad = 1.0
        for value in self.order():
            for source, gradient in value.passed_back():
                source.receive(gradient)


for name in ("add", "sub", "mul", "truediv", "pow", "neg"):
    setattr(Engine, f"__{name}__", lambda self, *others, name=name: self.apply(name, *others))
    setattr(Engine, f"__r{name}__", lambda self, other, name=name: type(self)(other).apply(name, self))
for name in ("exp", "tanh", "relu"):
    setattr(Engine, name, lambda self, name=name: self.apply(name))


class Derived(Engine):
    """The same values, with minus and division made of plus, times and power, as many write them."""

    def apply(self, rule, *others):
        if rule == "neg":
            return self * -1
        if rule == "sub":
            return self + others[0] * -1
        return self * others[0] ** -1 if rule == "truediv" else super().apply(rule, *others)
