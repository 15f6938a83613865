r"""# Training a parabola, one sample at a time

The model $\hat y = w_1 x^2 + w_2 x + b$ learns by stochastic gradient descent. An epoch goes through the samples in order.
At each sample $(x, y)$ there is one **step** (derive its gradients by hand: autograd and finite differences are refused):

1. the loss $L = r^2$ with $r = w_1 x^2 + w_2 x + b - y$, and its three gradients, all with the parameters as they are now;
2. all three parameters move at once: $\theta \leftarrow \theta - \eta\, \partial L/\partial\theta$, with $\eta$ = `lr`.

Write `train(x, y, w1, w2, b, lr, epochs)`. `x` and `y` are arrays of shape `(n,)`, float64; the rest are numbers.
Return `(params, losses)` with one row for each of the `epochs * n` steps:

* `params`, shape `(steps, 3)`: $w_1, w_2, b$ **after** the update of that step;
* `losses`, shape `(steps,)`: the loss of that step's sample **before** its update.

**Worked example.** One sample $x = 1.5$, $y = -0.2$, start $(0.7, -0.4, 0.3)$, `lr` 0.1. Step 0: $r = 1.475$,
$L = 2.175625$, gradients $(6.6375, 4.425, 2.95)$, so the parameters become $(0.03625, -0.8425, 0.005)$. Step 1, from
there: $r = -0.9771875$, and so on. A trace shows the first wrong step; the last figure would hide it.

**Points** (7). 1 for the worked example, 1 for the lecture's run, 3 for the parameters, 2 for the losses. Parameters and losses
are judged apart: losses that are measured at the wrong moment cost 2 points at most, beside the two examples.
"""

import torch

from grader.exercise import Exercise
from grader.oracles import gradients

from .descending import accumulating, descend, losses_at, one_after_another, right_residual, row, weighing

exercise = Exercise(__name__, chapter="training", order=7, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("params", "losses"), plot=("params", "losses"))
def train(x, y, w1: float, w2: float, b: float, lr: float, epochs: int) -> tuple:
    """Return (params, losses), of shapes (steps, 3) and (steps,): after and before each update."""
    raise NotImplementedError


@exercise.reference(train)
def by_autograd(x, y, w1, w2, b, lr, epochs):
    def loss(p, x, y):
        return (p[0] * x * x + p[1] * x + p[2] - y) ** 2

    now, params, losses = row(w1, w2, b), [], []
    for xi, yi in [*zip(x, y, strict=True)] * epochs:
        losses.append(loss(now, xi, yi))
        now = now - lr * gradients(lambda p, xi=xi, yi=yi: loss(p, xi, yi), now)[0]
        params.append(now)
    return torch.stack(params), torch.stack(losses)


@exercise.graph(train)
def step(x, y, w1, w2, b):
    y_hat = w1 * x**2 + w2 * x + b
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def lecture(draw):
    """follows the lecture's run: y = 2x at x = 1, 2, 3, from (1, 1, 1), 100 epochs; and one from elsewhere"""
    yield train(row(1, 2, 3), row(2, 4, 6), 1.0, 1.0, 1.0, 0.01, 100)
    yield train(row(1, 2, 3), row(2, 4, 6), 0.5, -0.3, 0.8, 0.01, 3)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the steps worked by hand"""
    yield train(row(1.5), row(-0.2), 0.7, -0.4, 0.3, 0.1, 2)
    yield train(row(0.5), row(1.2), -0.6, 0.2, 1.4, 0.3, 2)


@exercise.check(points=3, part="params")
def parameters(draw):
    """params: all three, after every step of several epochs, from small and from large ones"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 1), (5, 2), (3, 4)])
    yield from (_run(draw, 3, 2, low=1e6, high=3e6) for _ in range(3))


@exercise.check(points=2, part="losses")
def losses(draw):
    """losses: of each sample, before its update"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 3), (5, 2), (3, 4)])


def _run(draw, samples, epochs, **size):
    x, start = draw.tensor(samples, high=1.6), draw.tensor(3, **size)
    y = start[0] * x**2 + start[1] * x + start[2] - draw.tensor(samples, **size)  # no residual is 0 at the start
    return train(x, y, *start.tolist(), draw.integer(10, 30) / 1000, epochs)


@exercise.misconception("M12", train, edge=("r", "loss"))
def no_factor_two(x, y, w1, w2, b, *rest):
    """Every step is half as long as it should be. What is the derivative of $r^2$ with respect to $r$?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=weighing(0.5, 0.5, 0.5))


@exercise.misconception("M12", train, edge=("b", "y_hat"))
def no_factor_two_in_b(x, y, w1, w2, b, *rest):
    """$b$ alone moves half as far as it should. It shares the factor in front of $r$ with the two weights: do you give it to $b$ as well?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=weighing(1, 1, 0.5))


@exercise.misconception("M14", train, edge=("y_hat", "r"))
def uphill(x, y, w1, w2, b, *rest):
    """The parameters move the wrong way, and the loss grows. The gradient points uphill: where should a step go?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=weighing(-1, -1, -1))


@exercise.misconception("M17", train, edge=("y_hat", "r"))
def updated_too_early(x, y, w1, w2, b, lr, epochs):
    """You move $w_1$ and then use the new $w_1$ in the gradients of $w_2$ and $b$. At which point should all three slopes be taken?"""
    return descend(x, y, (w1, w2, b), lr, epochs, slopes=one_after_another(lr))


@exercise.misconception("M21", train)
def never_zeroed(x, y, w1, w2, b, *rest):
    """From the second step on, earlier gradients are still in the sum. What must happen to a gradient once it has been used?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=accumulating(1, 1, 1))


@exercise.misconception("M21", train)
def bias_never_zeroed(x, y, w1, w2, b, *rest):
    """The gradient of $b$ still holds the earlier steps; those of the weights do not. What do you do to theirs that $b$ misses?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=accumulating(0, 0, 1))


@exercise.misconception("M34", train, edge=("b", "y_hat"))
def model_without_bias(x, y, w1, w2, b, *rest):
    """Your prediction leaves out $b$: another model is trained. What does the sheet's $\\hat y$ add at the end?"""
    return descend(x, y, (w1, w2, b), *rest, residual=lambda p, x, y: right_residual((p[0], p[1], 0), x, y))


@exercise.misconception("M39", train)
def loss_after_update(x, y, w1, w2, b, lr, epochs):
    """The parameters are right, but each loss is measured after its update. With which parameters were the gradients taken?"""
    params, _ = descend(x, y, (w1, w2, b), lr, epochs)
    return params, losses_at(params, x, y)


@exercise.misconception("M40", train, edge=("b", "y_hat"))
def bias_never_trained(x, y, w1, w2, b, *rest):
    """$b$ keeps its first value for ever. Which parameters should take a step?"""
    return descend(x, y, (w1, w2, b), *rest, slopes=weighing(1, 1, 0))


@exercise.misconception("M43", train, edge=("w1", "y_hat"))
def swapped_weights(x, y, w1, w2, b, *rest):
    """You gave $w_1$ to $x$ and $w_2$ to $x^2$, as other courses do. Which goes with which on this sheet?"""
    params, losses = descend(x, y, (w2, w1, b), *rest)
    return params[:, [1, 0, 2]], losses
