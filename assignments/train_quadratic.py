r"""# Training a parabola, one sample at a time

The model $\hat y = w_1 x^2 + w_2 x + b$ learns by stochastic gradient descent. An epoch goes through the samples in
order. At each sample $(x, y)$ there is one **step**:

1. the residual $r = w_1 x^2 + w_2 x + b - y$ and the loss $L = r^2$, with the parameters as they are now;
2. the three gradients of that same loss, which you derived in the exercise before;
3. all three parameters move at once: $\theta \leftarrow \theta - \eta\, \partial L/\partial\theta$, with $\eta$ = `lr`.

Write `train(x, y, w1, w2, b, lr, epochs)`. `x` and `y` are arrays of shape `(n,)`, float64; the rest are numbers.
Return `(params, losses)` with one row for each of the `epochs * n` steps:

* `params`, shape `(steps, 3)`: $w_1, w_2, b$ **after** the update of that step;
* `losses`, shape `(steps,)`: the loss of that step's sample **before** its update.

The gradients are derived by hand: automatic differentiation and finite differences are refused.

**Worked example.** One sample $x = 1.5$, $y = -0.2$, start $(0.7, -0.4, 0.3)$, `lr` 0.1. Step 0: $r = 1.475$,
$L = 2.175625$, gradients $(6.6375, 4.425, 2.95)$, so the parameters become $(0.03625, -0.8425, 0.005)$. Step 1, from
there: $r = -0.9771875$, and so on. A trace shows the first wrong step; the last figure would hide it.

**Points.** 1 for the worked example, 1 for the lecture's run, 2 for the parameters, 2 for the losses, 1 for large ones.
"""

import numpy as np
import torch

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="training", order=7, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("params", "losses"), plot=("params", "losses"))
def train(x, y, w1: float, w2: float, b: float, lr: float, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (params, losses), of shapes (steps, 3) and (steps,): after and before each update."""
    raise NotImplementedError


@exercise.reference(train)
def by_autograd(x, y, w1, w2, b, lr, epochs):
    now, params, losses = torch.tensor([w1, w2, b], dtype=torch.float64), [], []
    for xi, yi in [*zip(x, y, strict=True)] * epochs:

        def loss(p, xi=xi, yi=yi):
            return (p[0] * xi * xi + p[1] * xi + p[2] - yi) ** 2

        losses.append(loss(now))
        now = now - lr * gradients(loss, now)[0]
        params.append(now)
    return torch.stack(params), torch.stack(losses)


@exercise.graph(train)
def step(x, y, w1, w2, b):
    y_hat = w1 * x**2 + w2 * x + b
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the steps worked by hand"""
    yield train(torch.tensor([1.5]).double(), torch.tensor([-0.2]).double(), 0.7, -0.4, 0.3, 0.1, 2)
    yield train(torch.tensor([0.5]).double(), torch.tensor([1.2]).double(), -0.6, 0.2, 1.4, 0.3, 2)


@exercise.check(points=1, public=True)
def lecture(draw):
    """follows the lecture's run: y = 2x at x = 1, 2, 3, from (1, 1, 1), 100 epochs; and one from elsewhere"""
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    yield train(x, 2 * x, 1.0, 1.0, 1.0, 0.01, 100)
    yield train(x, 2 * x, 0.5, -0.3, 0.8, 0.01, 3)


@exercise.check(points=2, part="params")
def parameters(draw):
    """params: all three, after every step of several epochs"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 1), (5, 2), (3, 4)])


@exercise.check(points=2, part="losses")
def losses(draw):
    """losses: of each sample, before its update"""
    yield from (_run(draw, samples, epochs) for samples, epochs in [(1, 3), (5, 2), (3, 4)])


@exercise.check(points=1)
def large_parameters(draw):
    """stays exact where the parameters are large"""
    yield from (_run(draw, 3, 2, low=1e6, high=3e6) for _ in range(3))


def _run(draw, samples, epochs, **size):
    start = (draw.number(**size) for _ in range(3))
    return train(draw.tensor(samples, high=1.6), draw.tensor(samples), *start, draw.integer(20, 60) / 1000, epochs)


def _slopes(p, x, r):
    return np.array([2 * r * x**2, 2 * r * x, 2 * r])


def _residual(p, x, y):
    return p[0] * x**2 + p[1] * x + p[2] - y


def _descend(x, y, w1, w2, b, lr, epochs, slopes=_slopes, residual=_residual):
    p, rows, losses = np.array([w1, w2, b], dtype=float), [], []
    for xi, yi in zip(x.tolist() * epochs, y.tolist() * epochs, strict=True):
        r = residual(p, xi, yi)
        p = p - lr * slopes(p, xi, r)
        rows.append(p)
        losses.append(r**2)
    return np.array(rows), np.array(losses)


def _weighing(*weights):
    """Training whose three slopes are multiplied by these factors."""
    return lambda p, x, r: np.array(weights) * _slopes(p, x, r)


def _accumulating(*which):
    """Training that adds up the gradients of these parameters and never sets them back to zero."""
    total = np.zeros(3)

    def slopes(p, x, r):
        total[:] = total * which + _slopes(p, x, r)
        return total.copy()

    return slopes


@exercise.misconception("M12", train, edge=("r", "loss"))
def no_factor_two(*run):
    """Every step is half as long as it should be. What is the derivative of $r^2$ with respect to $r$?"""
    return _descend(*run, slopes=_weighing(0.5, 0.5, 0.5))


@exercise.misconception("M12", train, edge=("b", "y_hat"))
def no_factor_two_in_b(*run):
    """$b$ alone moves half as far as it should. It shares the factor in front of $r$ with the two weights: do you give it to $b$ as well?"""
    return _descend(*run, slopes=_weighing(1, 1, 0.5))


@exercise.misconception("M14", train, edge=("y_hat", "r"))
def uphill(*run):
    """The parameters move the wrong way, and the loss grows. The gradient points uphill: where should a step go?"""
    return _descend(*run, slopes=_weighing(-1, -1, -1))


@exercise.misconception("M17", train, edge=("y_hat", "r"))
def updated_too_early(x, y, w1, w2, b, lr, epochs):
    """You move $w_1$ and then use the new $w_1$ in the gradients of $w_2$ and $b$. At which point should all three slopes be taken?"""

    def slopes(p, x, r):
        first = 2 * r * x**2
        second = 2 * (r - lr * first * x**2) * x
        return np.array([first, second, 2 * (r - lr * first * x**2 - lr * second * x)])

    return _descend(x, y, w1, w2, b, lr, epochs, slopes=slopes)


@exercise.misconception("M21", train)
def never_zeroed(*run):
    """From the second step on, earlier gradients are still in the sum. What must happen to a gradient once it has been used?"""
    return _descend(*run, slopes=_accumulating(1, 1, 1))


@exercise.misconception("M21", train)
def bias_never_zeroed(*run):
    """The gradient of $b$ still holds the earlier steps; those of the weights do not. What do you do to theirs that $b$ misses?"""
    return _descend(*run, slopes=_accumulating(0, 0, 1))


@exercise.misconception("M34", train, edge=("b", "y_hat"))
def model_without_bias(*run):
    """Your prediction leaves out $b$: another model is trained. What does the sheet's $\\hat y$ add at the end?"""
    return _descend(*run, residual=lambda p, x, y: _residual((p[0], p[1], 0), x, y))


@exercise.misconception("M39", train)
def loss_after_update(x, y, *run):
    """The parameters are right, but each loss is measured after its update. With which parameters were the gradients taken?"""
    params, _ = _descend(x, y, *run)
    return params, np.array([_residual(p, *s) ** 2 for p, s in zip(params, [*zip(x, y, strict=True)] * run[-1], strict=True)])


@exercise.misconception("M40", train, edge=("b", "y_hat"))
def bias_never_trained(*run):
    """$b$ keeps its first value for ever. Which parameters should take a step?"""
    return _descend(*run, slopes=_weighing(1, 1, 0))


@exercise.misconception("M43", train, edge=("w1", "y_hat"))
def swapped_weights(*run):
    """You gave $w_1$ to $x$ and $w_2$ to $x^2$, as other courses do. Which goes with which on this sheet?"""
    x, y, w1, w2, *rest = run
    params, losses = _descend(x, y, w2, w1, *rest)
    return params[:, [1, 0, 2]], losses
