r"""# Down into Himmelblau's valleys

Himmelblau's function has one hill and four valleys of the same depth; people try optimisers on it because the start
decides in which valley a run ends. With $x = (x_1, x_2)$,

$$u = x_1^2 + x_2 - 11, \qquad v = x_1 + x_2^2 - 7, \qquad f(x) = u^2 + v^2 .$$

Write three functions (float64; a point is an array of shape `(2,)`, and you may not write into it):

1. `value(x)` returns $f(x)$, a single number.
2. `gradient(x)` returns $(\partial f/\partial x_1,\ \partial f/\partial x_2)$, shape `(2,)`. Both variables stand in
   **both** squares, so each derivative has two terms.
3. `minimise(x0, lr, steps)` walks downhill with **Adam** and returns the whole path, shape `(steps + 1, 2)`: row 0 is
   `x0`, and row $t$ is the point after step $t$.

Adam keeps two running means for each coordinate, of the gradient $g$ and of its square. Both begin at 0. Step
$t = 1, 2, \dots$ takes the gradient $g$ at the current point and then, coordinate by coordinate,

$$m \leftarrow 0.9\,m + 0.1\,g, \qquad s \leftarrow 0.999\,s + 0.001\,g^2,$$
$$\hat m = \frac{m}{1 - 0.9^{\,t}}, \qquad \hat s = \frac{s}{1 - 0.999^{\,t}}, \qquad
  x \leftarrow x - \eta\, \frac{\hat m}{\sqrt{\hat s} + 10^{-8}},$$

with $\eta$ = `lr`. The two quotients with hats undo the zeros at the start: think of what $m$ is after one step.

**Worked example** at $x = (1.5, -0.5)$: $u = 2.25 - 0.5 - 11 = -9.25$ and $v = 1.5 + 0.25 - 7 = -5.25$, so
$f = 85.5625 + 27.5625 = 113.125$. By the chain rule
$$\frac{\partial f}{\partial x_1} = 2u \cdot 2x_1 + 2v = -55.5 - 10.5 = -66,$$
$$\frac{\partial f}{\partial x_2} = 2u + 2v \cdot 2x_2 = -18.5 + 10.5 = -8 .$$
Adam from there with `lr` 0.1: $m = (-6.6, -0.8)$, $\hat m = (-66, -8)$, $\sqrt{\hat s} = (66, 8)$, so step 1 leads to
$(1.6, -0.4)$: whatever the size of the first gradient, the first step is `lr` long in every coordinate. Step 2 leads to
$(1.700038, -0.299890)$.

**Not allowed:** automatic differentiation, finite differences, and therefore a library's optimiser. Both derivatives
are two lines of chain rule, and Adam is five lines that everyone who trains networks should have written once.

**Points** (10): the value 1, its example 1, the gradient 3, Adam's first steps 1, the path 3, the lecture's runs 1.
`minimise` is marked by its path: with a wrong gradient under it, the path is wrong as well.
"""

import numpy as np
import torch
from torch import tensor

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="optimisation", order=16, forbid=("autograd", "finite differences"))
EVERY_EPSILON = 1e-7  # whether 1e-8 stands inside the root, or beside the root of s, is a convention


@exercise.starter(returns=("f",))
def value(x: np.ndarray) -> float:
    """Return f(x), a single number, for the point x, shape (2,)."""
    raise NotImplementedError


@exercise.starter(returns=("df",))
def gradient(x: np.ndarray) -> np.ndarray:
    """Return (df/dx1, df/dx2), shape (2,)."""
    raise NotImplementedError


@exercise.starter(returns=("path",), plot=("path",))
def minimise(x0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    """Return Adam's path from x0, shape (steps + 1, 2), the start included."""
    raise NotImplementedError


@exercise.reference(value)
def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


@exercise.reference(gradient)
def by_autograd(x):
    return gradients(himmelblau, x)[0]


@exercise.reference(minimise)
def by_torchs_adam(x0, lr, steps):
    point = x0.clone().requires_grad_()
    optimiser, path = torch.optim.Adam([point], lr=lr), [x0.clone()]
    for _ in range(steps):
        optimiser.zero_grad()
        himmelblau(point).backward()
        optimiser.step()
        path.append(point.detach().clone())
    return torch.stack(path)


@exercise.graph(value, gradient)
def graph(x):
    x1 = x[0]
    x2 = x[1]
    u = x1**2 + x2 - 11
    v = x1 + x2**2 - 7
    f = u**2 + v**2
    return f


def point(*numbers):
    return tensor(numbers, dtype=torch.float64)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """value and gradient agree with the example worked by hand"""
    for x in (point(1.5, -0.5), point(-2.0, 0.5)):
        yield value(x)
        yield gradient(x)


@exercise.check(points=1)
def values(draw):
    """value: near the hill, and far from it"""
    yield from (value(draw.tensor(2, high=high)) for high in (2.5, 2.5, 9.0))


@exercise.check(points=3)
def gradients_anywhere(draw):
    """gradient: both derivatives, near the hill and far from it"""
    yield from (gradient(draw.tensor(2)) for _ in range(4))
    yield from (gradient(draw.tensor(2, low=2e3, high=6e3)) for _ in range(4))


@exercise.check(points=1, public=True, tolerance=EVERY_EPSILON)
def first_steps(draw):
    """minimise: the first steps agree with those worked by hand"""
    yield minimise(point(1.5, -0.5), 0.1, 2)
    yield minimise(point(-2.0, 0.5), 0.03, 3)


@exercise.check(points=3, tolerance=EVERY_EPSILON)
def paths(draw):
    """minimise: the path, from anywhere, with short and with long steps; and at the bottom, where it should stay"""
    yield from (minimise(draw.tensor(2), draw.integer(10, 90) / 1000, steps) for steps in (1, 7, 40))
    yield minimise(point(3.0, 2.0), draw.integer(10, 90) / 1000, 4)


@exercise.check(points=1, tolerance=EVERY_EPSILON)
def lecture(draw):
    """minimise: the lecture's three starts, 200 steps"""
    yield from (minimise(start, 0.02, 200) for start in (point(0, 0), point(-4, 0), point(4, 0)))


@exercise.law(value)
def never_negative(x, f):
    """A sum of two squares is never negative; yours is."""
    return f >= 0


@exercise.law(minimise)
def begins_at_the_start(x0, lr, steps, path):
    """Row 0 of the path is the start `x0`; yours is another point."""
    return torch.equal(path[0], x0)


def terms(x, eleven=11, seven=7):
    """(u, v) with the constants of the sheet, or with others."""
    return x[0] ** 2 + x[1] - eleven, x[0] + x[1] ** 2 - seven


def slope(x, *constants):
    """The gradient, with the constants of the sheet or with others."""
    u, v = terms(x, *constants)
    return np.array([4 * u * x[0] + 2 * v, 2 * u + 4 * v * x[1]])


def adam(x0, lr, steps, *, slope=slope, beta1=0.9, beta2=0.999, hats=True, root=np.sqrt, first=1):
    """Adam's path, right unless told otherwise."""
    x, path, m, s = x0.numpy().copy(), [x0.numpy()], 0.0, 0.0
    with np.errstate(all="ignore"):
        for t in range(first, steps + first):
            g = slope(x)
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            m_hat, s_hat = (m / (1 - beta1 ** np.float64(t)), s / (1 - beta2 ** np.float64(t))) if hats else (m, s)
            x = x - lr * m_hat / (root(s_hat) + 1e-8)
            path.append(x)
    return np.array(path)


@exercise.misconception("M34", value, edge=("x2", "v"))
def without_seven(x):
    """Your function is not Himmelblau's: a constant is missing in the second square. Compare $v$ with the sheet, sign by sign and number by number."""
    u, v = terms(x, seven=0)
    return u**2 + v**2


@exercise.misconception("M34", value, edge=("x1", "u"))
def swapped_constants(x):
    """11 and 7 have changed places: these are other valleys. Which constant goes with $x_1^2$?"""
    u, v = terms(x, 7, 11)
    return u**2 + v**2


@exercise.misconception("M34", gradient, edge=("v", "f"))
def slope_without_seven(x):
    """This is the gradient of another function: a constant is missing in the second square. Constants vanish when $v$ is differentiated; do they in $v^2$?"""
    return slope(x, 11, 0)


@exercise.misconception("M34", gradient, edge=("u", "f"))
def slope_with_swapped_constants(x):
    """This is the gradient of another function: 11 and 7 have changed places. Which constant goes with $x_1^2$?"""
    return slope(x, 7, 11)


@exercise.misconception("M12", gradient, edge=("u", "f"))
def no_factor_two(x):
    """Both derivatives are half of what they should be. What is the derivative of $u^2$ with respect to $u$?"""
    return slope(x) / 2


@exercise.misconception("M33", gradient, edge=("x1", "u"))
def inner_left_out(x):
    """You differentiated the two squares and stopped there. One more step back: how fast does $u$ move with $x_1$, and $v$ with $x_2$?"""
    u, v = terms(x)
    return np.array([2 * u + 2 * v, 2 * u + 2 * v])


@exercise.misconception("M50", gradient, edge=("x1", "v"))
def one_square_each(x):
    """Each derivative has only the square in which its variable is squared. Where else does $x_1$ stand, and where else $x_2$?"""
    u, v = terms(x)
    return np.array([4 * u * x[0], 4 * v * x[1]])


@exercise.misconception("M34", minimise)
def walks_without_seven(x0, lr, steps):
    """This is Adam, and right; but it descends another function, in which the second square lacks a constant. Which minimum should $(3, 2)$ be?"""
    return adam(x0, lr, steps, slope=lambda x: slope(x, 11, 0))


@exercise.misconception("M34", minimise)
def plain_descent(x0, lr, steps):
    """This is plain gradient descent, another method than asked: its steps are as long as the gradient is steep. What does Adam divide by?"""
    return adam(x0, lr, steps, beta1=0.0, hats=False, root=lambda s: 1.0 - 1e-8)


@exercise.misconception("M14", minimise)
def uphill(x0, lr, steps):
    """Every step goes uphill. The gradient points to where $f$ grows: where should a step go?"""
    return adam(x0, -lr, steps)


@exercise.misconception("M39", minimise)
def start_left_out(x0, lr, steps):
    """The points are right, but the start is not among them. How many points does a walk of `steps` steps touch?"""
    return adam(x0, lr, steps)[1:]


@exercise.misconception("M39", minimise)
def end_left_out(x0, lr, steps):
    """Each point is kept before its step, so the last one is lost. How many points does a walk of `steps` steps touch?"""
    return adam(x0, lr, steps)[:-1]


@exercise.misconception("M10", minimise)
def one_array_for_all_rows(x0, lr, steps):
    """All rows of your path are its last point. If you append an array and then change it in place, what has become of the rows before?"""
    return np.repeat(adam(x0, lr, steps)[-1:], steps + 1, axis=0)


@exercise.misconception("M51", minimise)
def means_not_corrected(x0, lr, steps):
    """$m$ and $s$ are used as they are, still pulled down by the zeros that they began with. What are $\\hat m$ and $\\hat s$ after one step?"""
    return adam(x0, lr, steps, hats=False)


@exercise.misconception("M52", minimise)
def counted_from_zero(x0, lr, steps):
    """Your first step is number 0, and $1 - 0.9^0$ is 0: you divide by it. With which $t$ does the sheet begin?"""
    return adam(x0, lr, steps, first=0)


@exercise.misconception("M53", minimise)
def root_left_out(x0, lr, steps):
    """You divide by $\\hat s$ and not by its root. If every gradient were ten times as large, should the steps change?"""
    return adam(x0, lr, steps, root=lambda s: s)


@exercise.misconception("M54", minimise)
def swapped_betas(x0, lr, steps):
    """0.9 and 0.999 have changed places. Which of the two means should remember longer?"""
    return adam(x0, lr, steps, beta1=0.999, beta2=0.9)
