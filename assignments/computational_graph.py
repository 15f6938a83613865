r"""# A reverse-mode engine

Every library for deep learning has this at its heart: while an expression is computed, its graph is remembered, and
one walk backward through the graph gives the derivative of the result by **every** input. Write it yourself.

Write the class `Value`. A `Value` holds one number:

* `data`: the number; `grad`: the derivative of the result by this value, 0.0 until `backward` has run;
* `+`, `-`, `*`, `/` between two `Value`s, or a `Value` and a plain number (`int` or `float`) on **either** side:
  `a + 1`, `2 * a`, `1 - a`, `1 / a`; the sign `-a`; and `a ** k`, where $k$ is a plain number;
* methods `exp()`, `tanh()` and `relu()`, where relu is $\max(0, a)$. At 0 any slope from 0 to 1 is right;
* `backward()`, called on the result: it sets its own `grad` to 1 and then the `grad` of every value it was computed from.

One operation knows nothing but its own inputs. If $v$ was computed from $u$, then $v$ passes back

$$\frac{\partial\,\text{result}}{\partial v} \cdot \frac{\partial v}{\partial u},$$

and a value that was used in several places receives something from each of them:

$$\frac{\partial\,\text{result}}{\partial u} = \sum_{v \text{ computed from } u}
  \frac{\partial\,\text{result}}{\partial v} \cdot \frac{\partial v}{\partial u} .$$

**Worked example.** $\text{product} = a \cdot b$, $\text{output} = \text{product} + b$ at $a = 1.5$, $b = -0.4$.
The output is $-0.6 - 0.4 = -1$. Backward: the output passes 1 to product and 1 to $b$. Product passes
$1 \cdot b = -0.4$ to $a$ and $1 \cdot a = 1.5$ to $b$. So `a.grad` is $-0.4$ and `b.grad` is $1 + 1.5 = 2.5$.

Think about the order. When may a value pass its gradient on? If it does so before everything has arrived, or once for
every path that leads to it, then what comes out is wrong, or right after $2^{60}$ steps. With $n$ values there are
about $n$ operations, so about $n$ steps must be enough. A graph may also be deep, 2000 operations in a row and more:
how deep may a Python function call itself?

The judge works with the given `gradients`: it makes `Value`s of the inputs, computes a given expression, calls
`backward()` and reads the `grad`s. The names of the expressions say what each is for.

**Not allowed:** automatic differentiation by a library, which this *is*, and finite differences.

**Points** (16): the example 1, sums 1, products 2, functions 2, plain numbers 2, shared values 3,
a neuron 1, a fresh graph 1, deep 1, many inputs 1, many paths 1.
"""

import math
import operator
from typing import ClassVar

import torch

from grader import oracles
from grader.exercise import Exercise

exercise = Exercise(__name__, chapter="graphs", order=20, forbid=("autograd", "finite differences"), seconds=3.0)


@exercise.starter()
class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def __add__(self, other):
        raise NotImplementedError

    def __mul__(self, other):
        raise NotImplementedError

    # Also: __radd__, __rmul__, __neg__, __sub__, __rsub__, __truediv__, __rtruediv__, __pow__, exp, tanh, relu.

    def backward(self):
        raise NotImplementedError


@exercise.given(returns=("output", "gradients"))
def gradients(Value, expression, inputs, times=1):
    """The value of expression(*inputs) and its derivative by every input, from a graph built afresh `times` times."""
    for _ in range(times):
        leaves = [Value(number) for number in inputs]
        result = expression(*leaves)
        result.backward()
    return result.data, [leaf.grad for leaf in leaves]


@exercise.reference(gradients)
def by_autograd(Value, expression, inputs, times=1):
    point = torch.tensor(inputs, dtype=torch.float64, requires_grad=True)
    output = expression(*point)
    if len(inputs) > 10:  # to check so many by differences takes minutes
        return output, torch.autograd.grad(output, point)[0]
    return output, oracles.gradients(lambda leaves: expression(*leaves), point)[0]


@exercise.graph(gradients)
@exercise.given()
def shared(a):
    square = a * a
    output = square + a
    return output


@exercise.graph(gradients)
@exercise.given()
def neuron(x, w, b):
    product = x * w
    margin = product - b
    active = margin.relu()
    output = active * w
    return output


@exercise.given()
def example(a, b):
    return a * b + b


@exercise.given()
def doubled(a):
    return a + a


@exercise.given()
def squared(a):
    return a * a


@exercise.given()
def five_minus(a):
    return 5 - a


@exercise.given()
def with_numbers(a):
    return 1 / (2 * (3 + -a)) - ((a + 1) * 2 - 3) / 4


@exercise.given()
def plus_and_minus(a, b, c):
    return a + b - c


@exercise.given()
def times_and_divided(a, b, c):
    return a**3 * b**-2 / c


@exercise.given()
def bent(a, b, c):
    return (a * b).exp() / c.tanh()


@exercise.given()
def rectified(a, b):
    return a.relu() * b


@exercise.given()
def diamond(a, b):
    left, right = (a * b).tanh(), a - b * b
    return (left + left * right) * (right * left + right)


@exercise.given()
def deep_chain(a):
    for _ in range(1000):
        a = a * 0.999 + 0.001
    return a


@exercise.given()
def ladder(a):
    for _ in range(60):
        a = 0.7 * a + 0.3 * a.tanh()
    return a


@exercise.given()
def wide(*inputs):
    layer = [a * a for a in inputs]
    while len(layer) > 1:
        layer = [left + right for left, right in zip(layer[::2], layer[1::2], strict=True)]
    return layer[0]


def numbers(draw, count):
    return [draw.number() for _ in range(count)]


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield gradients(Value, example, [1.5, -0.4])
    yield gradients(Value, example, numbers(draw, 2))


@exercise.check(points=1)
def sums(draw):
    """sums and differences"""
    for _ in range(3):
        yield gradients(Value, plus_and_minus, numbers(draw, 3))


@exercise.check(points=2)
def products(draw):
    """products, powers and quotients"""
    for _ in range(3):
        yield gradients(Value, times_and_divided, numbers(draw, 3))


@exercise.check(points=2)
def functions(draw):
    """exp, tanh and relu"""
    for _ in range(2):
        yield gradients(Value, bent, numbers(draw, 3))
    for side, upstream in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        a, b = numbers(draw, 2)
        yield gradients(Value, rectified, [side * abs(a), upstream * abs(b)])


@exercise.check(points=2, public=True)
def plain_numbers(draw):
    """plain numbers on either side, whole ones too"""
    yield gradients(Value, five_minus, [3])
    yield gradients(Value, with_numbers, numbers(draw, 1))


@exercise.check(points=3)
def shared_values(draw):
    """values that are used more than once"""
    for expression in (doubled, squared, shared):
        yield gradients(Value, expression, [3.0])
        yield gradients(Value, expression, numbers(draw, 1))
    for _ in range(2):
        yield gradients(Value, diamond, numbers(draw, 2))


@exercise.check(points=1)
def all_together(draw):
    """a neuron whose weight is used once more"""
    for side in (1, -1):
        x, w, b = map(abs, numbers(draw, 3))
        yield gradients(Value, neuron, [side * x, side * w, -side * b])
        yield gradients(Value, neuron, [side * x, -w, -b - 10])


@exercise.check(points=1)
def fresh_graph(draw):
    """a fresh graph owes nothing to an earlier one"""
    yield gradients(Value, shared, [3.0], 2)
    yield gradients(Value, diamond, numbers(draw, 2), 3)


@exercise.check(points=1)
def deep(draw):
    """a chain of 2000 operations"""
    for _ in range(2):
        yield gradients(Value, deep_chain, numbers(draw, 1))


@exercise.check(points=1)
def many_inputs(draw):
    """2048 inputs: one walk gives all derivatives"""
    yield gradients(Value, wide, draw.tensor(2048).tolist(), 3)


@exercise.check(points=1)
def many_paths(draw):
    """a ladder with $2^{60}$ paths from top to bottom"""
    for _ in range(2):
        yield gradients(Value, ladder, numbers(draw, 1))


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
    """A right engine; every class below replaces one of its thoughts."""

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


def one_more(steps):
    """Count a step, and give up where a program would run into its time limit."""
    steps = steps or [0]
    steps[0] += 1
    if steps[0] > 10_000:
        raise TimeoutError
    return steps


@exercise.misconception("M08", Value, edge=("margin", "active"))
class ReluPassesActivation(Engine):
    """The slope of relu is taken to be its own value. How much does $\\max(0, a)$ rise when a positive $a$ rises by
    a little?"""

    slopes = Engine.slopes | {"relu": lambda _, y: (y,)}


@exercise.misconception("M08", Value, edge=("margin", "active"))
class ReluClampsUpstream(Engine):
    """Backward, relu clamps the gradient that arrives. Which number decided on the way forward whether anything
    passes?"""

    def passed_back(self):
        return [(self.sources[0], max(self.grad, 0.0))] if self.rule == "relu" else super().passed_back()


@exercise.misconception("M28", Value, edge=("a", "output"))
class Overwrites(Engine):
    """A value that is used twice keeps only the last gradient that it was sent. In $a + a$, how often does $a$ hear
    from the sum, and what becomes of the first time?"""

    def receive(self, gradient):
        self.grad = gradient


@exercise.misconception("M29", Value, edge=("square", "output"))
class SwappedRules(Engine):
    """The rules of + and × are swapped. If $b$ rises by a little, by how much does $a + b$ rise, and by how much $a
    \\cdot b$?"""

    slopes = Engine.slopes | {"add": Engine.slopes["mul"], "mul": Engine.slopes["add"]}


@exercise.misconception("M29", Value, edge=("b", "margin"))
class MinusForgotten(Engine):
    """In $a - b$ both sides get a gradient of the same sign. If $b$ rises, which way does the difference go?"""

    slopes = Engine.slopes | {"sub": Engine.slopes["add"]}


@exercise.misconception("M29", Value, edge=("margin", "active"))
class UpstreamDropped(Engine):
    """Every operation passes back its own slope alone. Your slope says how much the operation moves; how does the
    result move when it does?"""

    forgets = tuple(RULES)


@exercise.misconception("M29", Value, edge=("margin", "active"))
class UpstreamDroppedInFunctions(Engine):
    """exp, tanh and relu pass back their own slope alone, unlike the other operations. How does the result move
    when their value does?"""

    forgets = ("exp", "tanh", "relu")


@exercise.misconception("M29", Value, edge=("x", "product"))
class UpstreamDroppedInProducts(Engine):
    """A product passes back the other factor alone. How does the result move when the product does?"""

    forgets = ("mul",)


@exercise.misconception("M30", Value)
class NearestFirst(Engine):
    """Values pass their gradient on in the order in which you come across them, some before everything has arrived.
    Which values must be done before it is this one's turn?"""

    def order(self):
        found, queue = {}, [self]
        for value in queue:
            if value not in found:
                found[value] = True
                queue += value.sources
        return list(found)


@exercise.misconception("M30", Value)
class Recursive(Engine):
    """Right, until the graph is deeper than Python lets a function call itself. Can you find the order with a list
    of what is still to be visited?"""

    def order(self):
        found, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for source in value.sources:
                    visit(source)
                found.append(value)

        visit(self)
        return found[::-1]


@exercise.misconception("M30", Value)
class EveryPath(Engine):
    """Your engine walks every path from the result to the inputs by itself. How many paths has a ladder whose every
    rung has two, and what could a value wait for?"""

    def backward(self, upstream=1.0, steps=()):
        self.grad, before = upstream, self.grad
        on, steps = self.passed_back(), one_more(steps)
        self.grad += before
        for source, gradient in on:
            source.backward(gradient, steps)


@exercise.misconception("M30", Value)
class PassesOnAgain(Engine):
    """Each time something arrives, a value passes on all that it has, the earlier part once more. When is the right
    moment to pass it on, once?"""

    def backward(self, upstream=1.0, steps=()):
        self.receive(upstream)
        steps = one_more(steps)
        for source, gradient in self.passed_back():
            source.backward(gradient, steps)
