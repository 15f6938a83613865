r"""# A slope without a formula

Before deriving anything, measure. The slope of $f$ at $x$ is how much $f$ rises when $x$ rises by a little. The **central
difference** looks a little to both sides:

$$\text{slope} = \frac{f(x + \varepsilon) - f(x - \varepsilon)}{2\,\varepsilon} .$$

It errs by about $\varepsilon^2$, where looking to one side only, $(f(x + \varepsilon) - f(x))/\varepsilon$, errs by about
$\varepsilon$. With it you can test every derivative that you will work out by hand later in this course.

Write two functions. `f` is a function that the judge hands over, one of the given ones; call it, and do not look inside.

* `slope(f, x, eps)`: `f` takes and returns a number. Return the central difference, a number.
* `gradient(f, x, eps)`: `f` takes an array of shape `(n,)` and returns a number. Return an array of shape `(n,)`, whose entry
  $i$ is the central difference in $x_i$ **alone**, while all other entries stay where they are.

`x` may hold whole numbers: `3`, or an array of integers. Leave the caller's array as it was. Use the formula above with the `eps`
you are given, even a large one: the judge compares with exactly this formula.

**Not allowed:** automatic differentiation. It gives the slope itself, and this exercise is about measuring it.

**Worked example.** $f(x) = x^3$ at $x = 1.5$ with $\varepsilon = 0.1$: $f(1.6) = 4.096$, $f(1.4) = 2.744$, and the slope is
$1.352 / 0.2 = 6.76$. The true slope is $3x^2 = 6.75$, so the error is $0.01 = \varepsilon^2$. Looking ahead only gives
$(4.096 - 3.375)/0.1 = 7.21$.

**Points** (9). 1 for the worked example, 2 for `slope`, 1 for small `eps`, 1 for `gradient` of one entry, 3 for `gradient` of
several, 1 for whole numbers.
"""

import numpy as np
import torch

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=4, forbid=("autograd",))


@exercise.starter()
def slope(f, x: float, eps: float) -> float:
    """Return the central difference of f at x with the step eps."""
    raise NotImplementedError


@exercise.starter()
def gradient(f, x, eps: float):
    """Return the central differences of f in each entry of x, shape (n,)."""
    raise NotImplementedError


@exercise.given()
def squared(x):
    return x**2


@exercise.given()
def cubed(x):
    return x**3


@exercise.given()
def bell(x):
    return 1 / (1 + x**2)


@exercise.given()
def valley(x):
    """Of the entries of x and their neighbours: none of them matters for itself alone."""
    return sum(a**3 for a in x) + sum(x[i] * x[i + 1] ** 2 for i in range(len(x) - 1))


@exercise.given()
def ridge(x):
    """All entries at once, each in its own measure."""
    return 1 / (1 + sum(a / (k + 1) for k, a in enumerate(x)) ** 2) + sum(a**2 for a in x)


@exercise.reference(slope)
def both_sides(f, x, eps):
    x = torch.tensor(x, dtype=torch.float64)
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@exercise.reference(gradient)
def both_sides_of_each(f, x, eps):
    return torch.stack([(f(x + e) - f(x - e)) / (2 * eps) for e in eps * torch.eye(len(x), dtype=torch.float64)])


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand, and with the slope of the square at 3"""
    yield slope(cubed, 1.5, 0.1)
    yield slope(squared, 3.0, 0.01)


@exercise.check(points=2)
def slopes(draw):
    """slope: of three functions, with steps large and small"""
    for f in (squared, cubed, bell):
        yield from (slope(f, draw.number(), eps) for eps in (0.2, 0.03, 0.001))


@exercise.check(points=1, tolerance=1e-4)
def tiny_steps(draw):
    """slope and gradient: with a step of a millionth"""
    yield slope(cubed, draw.number(), 1e-6)
    yield gradient(valley, draw.tensor(3), 1e-6)


@exercise.check(points=1, public=True)
def one_entry(draw):
    """gradient: of an array with a single entry"""
    yield gradient(valley, draw.tensor(1), 0.1)
    yield gradient(ridge, draw.tensor(1), 0.01)


@exercise.check(points=3)
def several_entries(draw):
    """gradient: each entry by itself, the others at rest"""
    for f in (valley, ridge):
        yield gradient(f, draw.tensor(2), 0.1)
        yield gradient(f, draw.tensor(3), 0.002)
        yield gradient(f, draw.tensor(5), 0.03)


@exercise.check(points=1)
def whole_numbers(draw):
    """gradient: at whole numbers"""
    for eps in (0.1, 0.2, 0.3):
        yield gradient(valley, torch.tensor([draw.integer(2, 5), -draw.integer(2, 5), draw.integer(2, 5)]), eps)


def _near(f, x, eps, answer):
    exact = gradients(f, x)[0]
    return (torch.as_tensor(answer) - exact).abs().max() < 2 * eps**2 + 1e-8


@exercise.law(slope)
def errs_by_the_square(f, x, eps, answer):
    """Halve the step, and the error of a central difference becomes a quarter: it is of the size of $\\varepsilon^2$. Yours is larger."""
    return _near(f, x, eps, answer)


@exercise.law(gradient)
def every_entry_errs_by_the_square(f, x, eps, answer):
    """Halve the step, and the error of each entry becomes a quarter: it is of the size of $\\varepsilon^2$. Yours is larger."""
    return _near(f, x, eps, answer)


def each_by_itself(f, x, difference):
    """difference(g), where g tells how f depends on one entry alone, for each entry in turn."""
    units = torch.eye(len(x), dtype=torch.float64)
    return torch.stack([difference(lambda moved, unit=unit: f(x + moved * unit)) for unit in units])


@exercise.misconception("M12", slope)
def step_counted_once(f, x, eps):
    """Everything is twice as steep. How far apart are the two places at which you look?"""
    return (f(x + eps) - f(x - eps)) / eps


@exercise.misconception("M14", slope)
def signs_swapped(f, x, eps):
    """The sign is opposite. If $f$ rises, on which side of $x$ is it larger, and which value do you subtract?"""
    return (f(x - eps) - f(x + eps)) / (2 * eps)


@exercise.misconception("M31", slope)
def times_eps(f, x, eps):
    """Python works from left to right: what does `/ 2 * eps` do to `eps`?"""
    return (f(x + eps) - f(x - eps)) / 2 * eps


@exercise.misconception("M31", slope)
def ahead_only(f, x, eps):
    """You look ahead only. Where does the curve bend away meanwhile, and what would a look back tell you?"""
    return (f(x + eps) - f(x)) / eps


@exercise.misconception("M31", slope)
def behind_only(f, x, eps):
    """You look back only. Where did the curve bend meanwhile, and what would a look ahead tell you?"""
    return (f(x) - f(x - eps)) / eps


@exercise.misconception("M12", gradient)
def steps_counted_once(f, x, eps):
    """Every entry is twice as steep. How far apart are the two places at which you look?"""
    return each_by_itself(f, x, lambda g: (g(eps) - g(-eps)) / eps)


@exercise.misconception("M14", gradient)
def all_signs_swapped(f, x, eps):
    """The sign is opposite everywhere. If $f$ rises along an entry, on which side is it larger, and which value do you subtract?"""
    return each_by_itself(f, x, lambda g: (g(-eps) - g(eps)) / (2 * eps))


@exercise.misconception("M31", gradient)
def entries_times_eps(f, x, eps):
    """Python works from left to right: what does `/ 2 * eps` do to `eps`?"""
    return each_by_itself(f, x, lambda g: (g(eps) - g(-eps)) / 2 * eps)


@exercise.misconception("M31", gradient)
def all_ahead_only(f, x, eps):
    """You look ahead only, in every entry. Where does the function bend away meanwhile, and what would a look back tell you?"""
    return each_by_itself(f, x, lambda g: (g(eps) - g(0)) / eps)


@exercise.misconception("M31", gradient)
def whole_numbers_stay_whole(f, x, eps):
    """Right, except at whole numbers. What is left of `eps` when it is added to an entry of an array of integers?"""
    ahead, behind = np.array([x.numpy()] * len(x)), np.array([x.numpy()] * len(x))
    for i in range(len(x)):
        ahead[i, i] += eps
        behind[i, i] -= eps
    return [float(f(a) - f(b)) / (2 * eps) for a, b in zip(ahead, behind, strict=True)]


@exercise.misconception("M31", gradient)
def all_at_once(f, x, eps):
    """All entries move together, so every entry of your gradient is the same. Which one should move, while which stay?"""
    return each_by_itself(f, x, lambda _: (f(x + eps) - f(x - eps)) / (2 * eps))


@exercise.misconception("M31", gradient)
def not_put_back(f, x, eps):
    """The first entry is right, the later ones are not quite. Where do the entries stand that had their turn already?"""
    x, found = x.double(), []
    for unit in eps * torch.eye(len(x), dtype=torch.float64):
        found.append((f(x + unit) - f(x - unit)) / (2 * eps))
        x = x - unit
    return found
