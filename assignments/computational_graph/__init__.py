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
