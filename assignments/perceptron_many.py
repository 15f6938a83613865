r"""# A layer of sigmoid units

Now $m$ units look at the same sample. Unit $j$ has its own row of weights, its own output and its own target:

$$z_j = \sum_{i=1}^{k} x_i\, w_{ji}, \qquad o_j = \sigma(z_j), \qquad
  L = \frac1m \sum_{j=1}^{m} (o_j - y_j)^2 .$$

As matrices, $z = x\,w^{\mathsf T}$. The weight from input $i$ to unit $j$ is `w[j, i]`: **one row for each unit**.

| name | `x` | `w` | `y`, $z$, $o$ | `dw` |
|---|---|---|---|---|
| shape | `(1, k)` | `(m, k)` | `(1, m)` | `(m, k)` |

Write `gradient(x, w, y)`, which returns `dw`, the derivative of $L$ with respect to each weight, in the shape of `w`,
float64. The loss is the **mean** over the $m$ outputs, without a $\tfrac12$.

Before you write a line, look at one weight, $w_{ji}$. Which outputs does it move? Which terms of the sum over the units are
left when you derive by it? The rest is the delta of *that* unit, as in the exercise with one unit, times one entry of $x$.

**Worked example** with $k = 2$, $m = 3$. $x = (1.5,\ -0.5)$, the rows of $w$ are $(0.8,\ 0.4)$, $(-0.6,\ 0.2)$ and
$(0.2,\ 1.8)$, $y = (0.2,\ 0.9,\ 0.5)$. Forward: $z = (1,\ -1,\ -0.6)$ and $o = (0.731059,\ 0.268941,\ 0.354344)$. For the
first unit, going backward,

$$\delta_1 = \frac{2}{3} \cdot (0.731059 - 0.2) \cdot 0.196612 = 0.0696083,$$
$$\frac{\partial L}{\partial w_{11}} = \delta_1 \cdot 1.5 = 0.104412,$$
$$\frac{\partial L}{\partial w_{12}} = \delta_1 \cdot (-0.5) = -0.0348042 .$$

The other two rows are yours: $\delta_2 = -0.0827158$ and $\delta_3 = -0.0222159$. And a question: with $m = 2$, which two
mistakes in $\delta$ would cancel each other?

**Not allowed:** automatic differentiation and finite differences.

**Points** (9): the example 1; one unit 1; five units 3; other numbers of units and inputs 3; as many units as inputs 1. With one
unit, the mean and the shapes do not matter: whoever has only these wrong still earns that point.
"""

from torch import sigmoid, tensor

from grader.exercise import Exercise

from .perceptrons import backward, gradient_of_mean_square, sigmoid_again, weights_along_the_sample

exercise = Exercise(__name__, chapter="networks", order=13, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("dw",), plot=("dw",))
def gradient(x, w, y):
    """Return dw, shape (m, k), the gradient of mean((sigmoid(x @ w.T) - y)**2); x (1, k), w (m, k), y (1, m)."""
    raise NotImplementedError


exercise.reference(gradient)(gradient_of_mean_square)


@exercise.graph(gradient)
def layer(x, w, y):
    z = x @ w.T
    o = sigmoid(z)
    r = o - y
    L = (r**2).mean()
    return L


def drawn(draw, m, k):
    """Units that are not saturated."""
    x, w = draw.tensor(1, k, high=1.8), draw.tensor(m, k, low=0.2, high=0.9)
    return gradient(x, w, draw.positive(1, m, low=0.05, high=0.95))


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    x, w, y = [[1.5, -0.5]], [[0.8, 0.4], [-0.6, 0.2], [0.2, 1.8]], [[0.2, 0.9, 0.5]]
    yield gradient(*(tensor(value).double() for value in (x, w, y)))
    yield drawn(draw, 3, 2)


@exercise.check(points=1)
def one_unit(draw):
    """a single unit"""
    yield from (drawn(draw, 1, k) for k in (1, 2, 4))


@exercise.check(points=3)
def five_units(draw):
    """five units"""
    yield from (drawn(draw, 5, k) for k in (3, 2))


@exercise.check(points=3)
def any_number(draw):
    """any number of units, any number of inputs"""
    yield from (drawn(draw, m, k) for m, k in ((2, 4), (4, 1), (3, 5)))


@exercise.check(points=1)
def square(draw):
    """as many units as inputs"""
    yield from (drawn(draw, size, size) for size in (3, 4))


@exercise.law(gradient)
def along_the_sample(x, w, y, dw):
    """The weights of a unit share one delta, so each row of `dw` is a multiple of the sample; yours are not."""
    return weights_along_the_sample(dw, x)


@exercise.misconception("M05", gradient, edge=("z", "o"))
def slope_of_the_sums(x, w, y):
    """$z(1 - z)$ is the slope where $z$ is what the sigmoid has put *out*. Which of your two arrays is that?"""
    return backward(x, w, y, factor=2 / y.numel(), slope=lambda z, o: z * (1 - z))


@exercise.misconception("M05", gradient, edge=("z", "o"))
def sigmoid_twice(x, w, y):
    """A slope that applies the sigmoid by itself was handed the outputs, which have been through one already. How many
    sigmoids does a unit have?"""
    return backward(x, w, y, factor=2 / y.numel(), slope=sigmoid_again)


@exercise.misconception("M12", gradient, edge=("r", "L"))
def no_factor_two(x, w, y):
    """A factor is missing everywhere. What is the derivative of $r^2$ with respect to $r$?"""
    return backward(x, w, y, factor=1 / y.numel())


@exercise.misconception("M13", gradient, edge=("r", "L"))
def sum_for_mean(x, w, y):
    """This is the gradient of the *sum* of the squares; with one unit it is right. What stands in front of the sum in $L$?"""
    return backward(x, w, y)


@exercise.misconception("M13", gradient, edge=("r", "L"))
def neither_two_nor_mean(x, w, y):
    """This is right for two units only. Two factors are missing, and with $m = 2$ they cancel: what does the square leave
    behind, and what does the mean?"""
    return backward(x, w, y, factor=1)


@exercise.misconception("M13", gradient, edge=("r", "L"))
def mean_over_inputs(x, w, y):
    """You divided by the number of inputs. Over what is the mean in $L$ taken?"""
    return backward(x, w, y, factor=2 / x.numel())


@exercise.misconception("M14", gradient, edge=("o", "r"))
def flipped_sign(x, w, y):
    """Every entry has the opposite sign. If an output is above its target and rises further, does the loss grow or shrink?"""
    return backward(x, w, y, factor=-2 / y.numel())


@exercise.misconception("M19", gradient, edge=("w", "z"))
def transposed(x, w, y):
    """Your gradient is transposed. `w[j, i]` leads from input $i$ to unit $j$: where does its derivative belong?"""
    return gradient_of_mean_square(x, w, y).T


@exercise.misconception("M33", gradient, edge=("z", "o"))
def slope_left_out(x, w, y):
    """You went from the outputs straight to the weights. Which node lies between $o$ and $z$, and what is its slope?"""
    return backward(x, w, y, factor=2 / y.numel(), slope=lambda z, o: 1)


@exercise.misconception("M38", gradient, edge=("w", "z"))
def gradient_reshaped(x, w, y):
    """The right numbers in the wrong places: a `(k, m)` array was *reshaped* to `(m, k)`, which keeps the order in memory and breaks
    up the rows. What turns rows into columns?"""
    return gradient_of_mean_square(x, w, y).T.reshape(w.shape)


@exercise.misconception("M38", gradient, edge=("w", "z"))
def weights_reshaped(x, w, y):
    """Forward, `w` was *reshaped* to `(k, m)`, which mixes the weights of different units. Which weights make up $z_1$, and what turns
    the rows of `w` into columns?"""
    return backward(x, w.reshape(w.T.shape).T, y, factor=2 / y.numel())
