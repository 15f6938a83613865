r"""# Training a line through the origin, one sample at a time

The model $\hat y = w x$ has a single weight, and learns it by stochastic gradient descent. An epoch goes through the samples
in order. At each sample $(x, y)$ there is one **step**:

1. the loss $L = r^2$ with $r = w x - y$, and its gradient $\partial L/\partial w$, both with the weight as it is now;
2. the weight moves downhill: $w \leftarrow w - \eta\, \partial L/\partial w$, with $\eta$ = `lr`.

Write `train(x, y, w, lr, epochs)`. `x` and `y` are arrays of shape `(n,)`, float64; the rest are numbers.
Return `(ws, losses)`, both of shape `(steps,)`, with one entry for each of the `epochs * n` steps:

* `ws`: the weight **after** the update of that step;
* `losses`: the loss of that step's sample **before** its update.

Derive the gradient by hand: autograd and finite differences are refused, for a training loop is easily copied and the
derivative is what there is to understand.

**Worked example.** One sample $x = 1.5$, $y = -0.2$, start $w = 0.7$, `lr` 0.1, two epochs. Step 0: $r = 1.25$, $L = 1.5625$,
gradient $2 \cdot 1.25 \cdot 1.5 = 3.75$, so $w$ becomes $0.325$. Step 1, from there: $r = 0.6875$, $L = 0.47265625$, gradient
$2.0625$, and $w$ becomes $0.11875$. So `ws` is $(0.325, 0.11875)$ and `losses` is $(1.5625, 0.47265625)$.

**Points** (7). 1 for the worked example, 1 for the lecture's run, 3 for the weights, 2 for the losses. Weights and losses are
judged apart: losses that are measured at the wrong moment cost 2 points at most, beside the two examples.
"""

import numpy as np
import torch

from grader.exercise import Exercise
from grader.oracles import gradients

from .descending import descend, row

exercise = Exercise(__name__, chapter="training", order=5, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("ws", "losses"), plot=("ws", "losses"))
def train(x, y, w: float, lr: float, epochs: int) -> tuple:
    """Return (ws, losses), both of shape (steps,): after and before each update."""
    raise NotImplementedError


@exercise.reference(train)
def by_autograd(x, y, w, lr, epochs):
    def loss(w, x, y):
        return (w * x - y) ** 2

    now, ws, losses = torch.tensor(w, dtype=torch.float64), [], []
    for xi, yi in [*zip(x, y, strict=True)] * epochs:
        losses.append(loss(now, xi, yi))
        now = now - lr * gradients(lambda w, xi=xi, yi=yi: loss(w, xi, yi), now)[0]
        ws.append(now)
    return torch.stack(ws), torch.stack(losses)


@exercise.graph(train)
def step(x, y, w):
    y_hat = w * x
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def lecture(draw):
    """follows the lecture's run: y = 2x at x = 1, 2, 3, from w = 1, 100 epochs; and one from elsewhere"""
    yield train(row(1, 2, 3), row(2, 4, 6), 1.0, 0.01, 100)
    yield train(row(1, 2, 3, 4), row(2, 4, 6, 8), -0.3, 0.01, 3)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the steps worked by hand"""
    yield train(row(1.5), row(-0.2), 0.7, 0.1, 2)
    yield train(row(0.5), row(1.2), -0.6, 0.3, 2)


@exercise.check(points=3, part="ws")
def weights(draw):
    """ws: after every step of several epochs, from small and from large weights"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 3), (5, 2), (3, 4)])
    yield from (_run(draw, 3, 1, low=1e6, high=3e6) for _ in range(3))


@exercise.check(points=2, part="losses")
def losses(draw):
    """losses: of each sample, before its update"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 3), (5, 2), (3, 4)])


def _run(draw, samples, epochs, **size):
    x, w = draw.tensor(samples, high=1.6), draw.number(**size)
    y = w * x - draw.tensor(samples, **size)  # no residual is 0 at the start
    return train(x, y, w, draw.integer(10, 30) / 1000, epochs)


def through_origin(w, x, y):
    """Prediction minus target."""
    return w * x - y


def walk(x, y, w, *rest, slopes=lambda w, x, r: 2 * r * x, residual=through_origin):
    """A right `train` by hand; the misconceptions below replace one of its thoughts each."""
    return descend(x, y, w, *rest, slopes=slopes, residual=residual)


def summing(period):
    """Slopes to which the earlier ones still cling; the sum starts afresh every so many steps."""
    found = []

    def slopes(w, x, r):
        start = len(found) // period * period
        found.append(2 * r * x)
        return sum(found[start:])

    return slopes


def frozen(period):
    """Residuals that see the weight change only every so many steps."""
    seen = []

    def residual(w, x, y):
        seen.append(w)
        return through_origin(seen[(len(seen) - 1) // period * period], x, y)

    return residual


@exercise.misconception("M12", train, edge=("r", "loss"))
def no_factor_two(*arguments):
    """Every step is half as long as it should be. What is the derivative of $r^2$ with respect to $r$?"""
    return walk(*arguments, slopes=lambda w, x, r: r * x)


@exercise.misconception("M14", train, edge=("y_hat", "r"))
def uphill(*arguments):
    """The weight moves the wrong way, and the loss grows. The gradient points uphill: where should a step go?"""
    return walk(*arguments, slopes=lambda w, x, r: -2 * r * x)


@exercise.misconception("M21", train)
def never_zeroed(x, y, w, lr, epochs):
    """From the second step on, earlier gradients are still in the sum. What must happen to a gradient once it has been used?"""
    return walk(x, y, w, lr, epochs, slopes=summing(len(x) * epochs))


@exercise.misconception("M21", train)
def zeroed_once_an_epoch(x, y, *rest):
    """Within an epoch, each step takes the gradients of the samples before it along once more. After which event is a gradient used up?"""
    return walk(x, y, *rest, slopes=summing(len(x)))


@exercise.misconception("M33", train, edge=("w", "y_hat"))
def inner_left_out(*arguments):
    """Your steps follow $\\partial L/\\partial \\hat y$. One more step back: how does $\\hat y$ move with $w$?"""
    return walk(*arguments, slopes=lambda w, x, r: 2 * r)


@exercise.misconception("M39", train)
def loss_after_update(x, y, w, lr, epochs):
    """The weights are right, but each loss is measured after its update. With which weight was the gradient taken?"""
    ws, _ = walk(x, y, w, lr, epochs)
    return ws, through_origin(ws, np.tile(x, epochs), np.tile(y, epochs)) ** 2


@exercise.misconception("M39", train)
def weight_before_update(x, y, w, *rest):
    """The losses are right, but your weights run one step behind. Is a weight noted before or after it moves?"""
    ws, losses = walk(x, y, w, *rest)
    return [w, *ws[:-1]], losses


@exercise.misconception("M42", train, edge=("w", "y_hat"))
def slope_in_x(*arguments):
    """Your steps follow $\\partial L/\\partial x$. Training moves the weight and not the sample: which factor stays in front of $w$?"""
    return walk(*arguments, slopes=lambda w, x, r: 2 * r * w)


@exercise.misconception("M46", train)
def frozen_within_epoch(x, y, *rest):
    """Through a whole epoch all gradients are taken at the weight with which it began. When does a sample get to see what the one before it has taught?"""
    return walk(x, y, *rest, residual=frozen(len(x)))
