r"""# Batch, mini-batch, stochastic: one program

The model $\hat y = w x$ learns from $n$ samples. How many of them should it look at before it moves? With `batch_size` $= n$ it is
**batch** gradient descent, with 1 it is **stochastic**, and in between **mini-batch**. All three are one program.

An epoch goes through the samples in the order given (nothing is shuffled and nothing drawn at random: the judge follows your
steps) and cuts them into batches of `batch_size` in a row. Where they do not come out even, the **last batch is smaller** and is used
all the same. At each batch $B$ of $m$ samples there is one step:

$$L = \frac1m \sum_{(x, y) \in B} (w x - y)^2, \qquad w \leftarrow w - \eta\, \frac{\partial L}{\partial w},$$

where $m$ counts the samples that are in **this** batch, and $\eta$ is `lr`.

Write `descend(x, y, w, lr, epochs, batch_size)`. `x` and `y` are arrays of shape `(n,)`, float64; the rest are numbers, and
`batch_size` is from 1 to $n$. Return `ws`, shape `(steps,)`: the weight after each of the steps, of which an epoch has
$\lceil n / \text{batch\_size} \rceil$.

Derive the gradient by hand: autograd and finite differences are refused, because the factor that a mean brings is the point here.

**Worked example.** $x = (1.5, -0.5, 0.8)$, $y = (-0.2, 1.2, 0.6)$, $w = 0.7$, `lr` 0.1, one epoch, `batch_size` 2. First batch: the
residuals are $1.25$ and $-1.55$, so the gradient is $\tfrac12 (2 \cdot 1.25 \cdot 1.5 + 2 \cdot 1.55 \cdot 0.5) = 2.65$ and $w$
becomes $0.435$. Second batch, of one sample: $r = -0.252$, gradient $2 \cdot (-0.252) \cdot 0.8 = -0.4032$, and $w$ becomes
$0.47532$. So `ws` is $(0.435, 0.47532)$.

**Points** (9). 1 for the worked example, 1 for the lecture's run, 2 each for batch, stochastic and mini-batch, 1 for a last batch
that is smaller. Whoever has only one of the three right earns its points.
"""

from itertools import combinations_with_replacement

import numpy as np
import torch

from grader.exercise import Exercise
from grader.lots import fallen
from grader.oracles import gradients

from .descending import row

exercise = Exercise(__name__, chapter="training", order=8, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("ws",), plot=("ws",))
def descend(x, y, w: float, lr: float, epochs: int, batch_size: int):
    """Return ws, shape (steps,): the weight after each step."""
    raise NotImplementedError


@exercise.reference(descend)
def by_autograd(x, y, w, lr, epochs, batch_size):
    now, ws = torch.tensor(w, dtype=torch.float64), []
    for xs, ys in [*zip(x.split(batch_size), y.split(batch_size), strict=True)] * epochs:
        now = now - lr * gradients(lambda w, xs=xs, ys=ys: ((w * xs - ys) ** 2).mean(), now)[0]
        ws.append(now)
    return torch.stack(ws)


@exercise.graph(descend)
def step(x, y, w):
    y_hat = w * x
    r = y_hat - y
    loss = (r**2).mean()
    return loss


@exercise.check(points=1, public=True)
def lecture(draw):
    """follows the lecture's run: y = 2x at x = 1, 2, 3, from w = 1, in one batch, 100 epochs; and one of its samples each"""
    yield descend(row(1, 2, 3), row(2, 4, 6), 1.0, 0.01, 100, 3)
    yield descend(row(1, 2, 3), row(2, 4, 6), 0.5, 0.01, 2, 1)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the steps worked by hand"""
    yield descend(row(1.5, -0.5, 0.8), row(-0.2, 1.2, 0.6), 0.7, 0.1, 1, 2)
    yield descend(row(0.5, 1.4, -0.7), row(1.2, 0.3, 0.4), -0.6, 0.2, 2, 2)


@exercise.check(points=2)
def batch(draw):
    """batch: all samples at each step, from small and from large weights"""
    yield from (_run(draw, samples, epochs, samples) for samples, epochs in [(3, 2), (5, 3)])
    yield from (_run(draw, 5, 1, 5, low=1e6, high=3e6) for _ in range(3))


@exercise.check(points=2)
def stochastic(draw):
    """stochastic: one sample at each step"""
    yield from (_run(draw, samples, epochs, 1) for samples, epochs in [(5, 2), (4, 3)])


@exercise.check(points=2)
def mini_batch(draw):
    """mini-batch: batches of two, three and four"""
    yield from (_run(draw, samples, epochs, size) for samples, epochs, size in [(6, 2, 3), (4, 3, 2), (8, 2, 4)])


@exercise.check(points=1)
def smaller_last_batch(draw):
    """a last batch that is smaller than the others"""
    yield from (_run(draw, samples, epochs, size) for samples, epochs, size in [(5, 2, 3), (7, 2, 4)])


def _run(draw, samples, epochs, size, **large):
    x, w = draw.tensor(samples, high=1.6), draw.number(**large)
    y = w * x - draw.tensor(samples, **large)  # no residual is 0 at the start
    return descend(x, y, w, draw.integer(10, 30) / 1000, epochs, size)


@exercise.law(descend)
def a_step_for_each_batch(x, y, w, lr, epochs, batch_size, ws):
    """An epoch has as many steps as there are batches, the smaller last one included; you returned another number of weights."""
    return len(ws) == epochs * -(-len(x) // batch_size)


def right_slope(w, x, y):
    """The gradient of the mean of r² over a batch."""
    return (2 * (w * x - y) * x).mean()


def walk(x, y, w, lr, epochs, size, *, slope=right_slope, keep=lambda batch: True):
    """A right `descend` by hand, with another slope, or with some batches left out."""
    x, y, ws = x.numpy(), y.numpy(), []
    for _ in range(epochs):
        for start in range(0, len(x), size):
            xs, ys = x[start : start + size], y[start : start + size]
            if keep(xs):
                w = w - lr * slope(w, xs, ys)
                ws.append(w)
    return np.array(ws)


@exercise.misconception("M12", descend, edge=("r", "loss"))
def no_factor_two(*arguments):
    """Every step is half as long as it should be. What is the derivative of $r^2$ with respect to $r$?"""
    return walk(*arguments, slope=lambda w, x, y: ((w * x - y) * x).mean())


@exercise.misconception("M13", descend, edge=("r", "loss"))
def sum_for_mean(*arguments):
    """Steps are too long by the size of the batch. The loss is a mean: what does that do to its gradient?"""
    return walk(*arguments, slope=lambda w, x, y: (2 * (w * x - y) * x).sum())


@exercise.misconception("M13", descend, edge=("r", "loss"))
def right_for_two_only(*arguments):
    """Right where a batch has two samples, and nowhere else. A factor 2 is missing and a factor $\\tfrac1m$: for which $m$ do they cancel?"""
    return walk(*arguments, slope=lambda w, x, y: ((w * x - y) * x).sum())


@exercise.misconception("M13", descend, edge=("r", "loss"))
def divided_by_all(x, *rest):
    """The sum over the batch is divided by the number of all samples. Of how many residuals is the loss of a batch the mean?"""
    return walk(x, *rest, slope=lambda w, xs, ys: (2 * (w * xs - ys) * xs).sum() / len(x))


@exercise.misconception("M13", descend, edge=("r", "loss"))
def divided_by_batch_size(x, y, w, lr, epochs, size):
    """Right, except for the last batch where it is smaller. How many samples are in that one?"""
    return walk(x, y, w, lr, epochs, size, slope=lambda w, xs, ys: (2 * (w * xs - ys) * xs).sum() / size)


@exercise.misconception("M14", descend, edge=("y_hat", "r"))
def uphill(*arguments):
    """The weight moves the wrong way. The gradient points uphill: where should a step go?"""
    return walk(*arguments, slope=lambda w, x, y: -right_slope(w, x, y))


@exercise.misconception("M20", descend, edge=("y_hat", "r"))
def every_prediction_with_every_target(*arguments):
    """Each prediction is compared with every target of its batch: shapes `(m, 1)` and `(m,)` make `(m, m)`. What shape should the residual have?"""
    return walk(*arguments, slope=lambda w, x, y: (2 * (w * x[:, None] - y) * x[:, None]).mean())


@exercise.misconception("M33", descend, edge=("w", "y_hat"))
def inner_left_out(*arguments):
    """Your steps follow the mean of $\\partial L/\\partial \\hat y$. One more step back: how does each $\\hat y$ move with $w$?"""
    return walk(*arguments, slope=lambda w, x, y: (2 * (w * x - y)).mean())


@exercise.misconception("M36", descend)
def one_random_batch(x, y, w, lr, epochs, size):
    """Each epoch draws samples at random and takes a single step. How many steps has an epoch on this sheet, and which sample is left out of it?"""
    lots, ws = [list(lot) for lot in combinations_with_replacement(range(len(x)), size)], []
    for epoch in range(epochs):
        w = fallen([w - lr * right_slope(w, x[lot], y[lot]).item() for lot in lots], epoch)
        ws.append(w)
    return ws


@exercise.misconception("M46", descend)
def frozen_within_epoch(x, y, w, lr, epochs, size):
    """Through a whole epoch all gradients are taken at the weight with which it began. When does a batch get to see what the one before it has taught?"""
    ws = []
    for _ in range(epochs):
        at_start = w if not ws else ws[-1]
        ws += walk(x, y, at_start, lr, 1, size, slope=lambda _, xs, ys, w=at_start: right_slope(w, xs, ys)).tolist()
    return ws


@exercise.misconception("M47", descend)
def last_batch_left_out(x, y, w, lr, epochs, size):
    """Where the samples do not come out even, the last of them never teach anything. What becomes of a batch that is not full?"""
    return walk(x, y, w, lr, epochs, size, keep=lambda batch: len(batch) == size)
