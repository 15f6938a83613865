r"""# A line as a module, trained by PyTorch

From here on the library differentiates. What is left to you is to put the pieces together: a module that holds the
parameters, a loss, and the loop *forward, zero, backward, step*. Mistakes in the loop raise no error: the numbers are
just wrong.

Write a class and a function (you will need `import torch`):

1. `LinearModel`, an `nn.Module` made by `LinearModel()`. It has one layer `self.linear = nn.Linear(1, 1)`, and
   `forward(x)` takes `x` of shape `(n, 1)` to the prediction of shape `(n, 1)`:
   $$\hat y_i = w\,x_i + b .$$
2. `train(model, x, y, lr, epochs)`, with `x` and `y` of shape `(n, 1)`. Each epoch is one step of gradient descent on
   all samples at once (SGD without momentum, learning rate $\eta$ = `lr`), and the loss is the **sum** of squares,
   $$L = \sum_{i=1}^{n} (\hat y_i - y_i)^2 .$$
   Train `model` in place and return the losses, `epochs` numbers: the loss of each epoch **before** its update.

The judge puts the starting numbers into your model: with the given `trained` it builds `LinearModel()` and loads
`linear.weight`, shape `(1, 1)`, and `linear.bias`, shape `(1,)`. So these two names are settled, and your own
initialisation plays no part. Model and data arrive in one dtype, float64 or float32, on one device: convert nothing.
You get the model; do not build another one inside `train`.

**Worked example.** $x = (1.5, -0.5)$, $y = (-0.2, 1)$, start $w = 0.7$, $b = 0.3$, `lr` 0.1. Epoch 0:
$\hat y = (1.35, -0.05)$, residuals $(1.55, -1.05)$, $L = 2.4025 + 1.1025 = 3.505$. The gradients are
$2\,(1.55 \cdot 1.5 + 1.05 \cdot 0.5) = 5.7$ for $w$ and $2\,(1.55 - 1.05) = 1$ for $b$, so $w = 0.13$ and $b = 0.2$.
Epoch 1: $L = 1.10225$, and from there $w = -0.135$, $b = 0.254$. The losses are $(3.505,\ 1.10225)$.

**Allowed:** everything that PyTorch offers, automatic differentiation included; `torch.optim` or an update of your own.

**Points** (10): the module 2, the example 1, the lecture's run 1, the losses 2, the parameters 3, in float32 1. Where
the grader has a GPU, one more point is for training there; where it has none, that costs nothing.
"""

import torch
from torch import nn, tensor

from grader.arrays import FLOAT32
from grader.exercise import Exercise

from .fitting import by_steps, fit, late, single

exercise = Exercise(__name__, chapter="modules", order=17, profile="torch")


@exercise.given(returns=("y_hat",))
def predicted(LinearModel, parameters, x):
    """What a fresh model with these parameters predicts."""
    model = LinearModel().to(x.dtype)
    model.load_state_dict(parameters)
    return model(x)


@exercise.given(returns=("losses", "parameters"), plot=("losses",))
def trained(train, LinearModel, parameters, x, y, lr, epochs):
    """Train a fresh model that starts with these parameters; its losses, and its parameters afterwards by name."""
    model = LinearModel().to(x)
    model.load_state_dict(parameters)
    losses = train(model, x, y, lr, epochs)
    return losses, dict(model.named_parameters())


@exercise.starter()
class LinearModel(nn.Module):
    """A line: self.linear is an nn.Linear(1, 1)."""

    def __init__(self):
        super().__init__()
        raise NotImplementedError

    def forward(self, x):
        """Return the prediction, shape (n, 1), for x, shape (n, 1)."""
        raise NotImplementedError


@exercise.starter()
def train(model, x, y, lr, epochs):
    """Train the model in place; return the loss of each epoch before its update, `epochs` numbers."""
    raise NotImplementedError


@exercise.reference(LinearModel)
class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


@exercise.reference(train)
def by_the_book(model, x, y, lr, epochs):
    return fit(model, x, y, lr, epochs, loss=squares)


@exercise.reference(predicted)
def line(model, parameters, x):
    return x * parameters["linear.weight"] + parameters["linear.bias"]


@exercise.reference(trained)
def without_modules(train, model, parameters, x, y, lr, epochs):
    return by_steps(lambda w, b: (x * w + b - y).square().sum(), parameters, lr, epochs)


@exercise.graph(trained)
def graph(x, y, w, b):
    y_hat = w * x + b
    r = y_hat - y
    L = sum(r**2)
    return L


def squares(y_hat, y):
    return (y_hat - y).square().sum()


def column(*numbers):
    return tensor(numbers, dtype=torch.float64).reshape(-1, 1)


def at(w, b):
    return {"linear.weight": column(w), "linear.bias": tensor([b], dtype=torch.float64)}


def drawn(draw, n):
    """Parameters, x and y, where no residual is 0."""
    w, b = draw.number(), draw.number()
    x = draw.tensor(n, 1, high=1.6)
    return at(w, b), x, w * x + b - draw.tensor(n, 1)


def run(draw, n, epochs):
    return trained(train, LinearModel, *drawn(draw, n), draw.integer(10, 30) / 1000, epochs)


def run_in_float32(draw, n, epochs):
    return trained(train, LinearModel, *map(single, drawn(draw, n)), draw.integer(10, 30) / 1000, epochs)


@exercise.check(points=2)
def module(draw):
    """LinearModel: the predictions of a batch, and of a single sample"""
    for n in (5, 1, 3):
        yield predicted(LinearModel, *drawn(draw, n)[:2])


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the epochs worked by hand"""
    yield trained(train, LinearModel, at(0.7, 0.3), column(1.5, -0.5), column(-0.2, 1), 0.1, 2)
    yield trained(train, LinearModel, at(-0.4, 1.2), column(0.5, 1.5, -1.2), column(1.3, -0.7, 0.4), 0.05, 3)


@exercise.check(points=1, public=True)
def lecture(draw):
    """follows the lecture's run: y = 2x at x = 1, 2, 3, from (0, 0), 100 epochs; and one from elsewhere"""
    yield trained(train, LinearModel, at(0.0, 0.0), column(1, 2, 3), column(2, 4, 6), 0.01, 100)
    yield trained(train, LinearModel, at(0.5, -0.3), column(1, 2, 3), column(2, 4, 6), 0.01, 20)


@exercise.check(points=2, part="losses")
def losses(draw):
    """train: the loss of each epoch, before its update"""
    yield from (run(draw, n, epochs) for n, epochs in [(1, 4), (5, 6), (3, 3)])


@exercise.check(points=3, part="parameters")
def parameters(draw):
    """train: weight and bias afterwards, from a single step on"""
    yield from (run(draw, n, epochs) for n, epochs in [(4, 1), (5, 6), (3, 3)])


@exercise.check(points=1, tolerance=FLOAT32)
def in_float32(draw):
    """works in float32 as well"""
    yield from (run_in_float32(draw, n, epochs) for n, epochs in [(4, 3), (2, 5)])


@exercise.check(points=1, tolerance=FLOAT32, device="gpu")
def on_a_gpu(draw):
    """trains on a GPU as well, in float32"""
    yield from (run_in_float32(draw, n, epochs) for n, epochs in [(4, 3), (2, 5)])


@exercise.misconception("M20", LinearModel, edge=("x", "y_hat"))
class FlatLine(Line):
    """Your model hands out shape (n,) for an input of shape (n, 1). What becomes of a row of $n$ minus a column of $n$?"""

    def forward(self, x):
        return self.linear(x).squeeze(1)


@exercise.misconception("M20", train, edge=("y_hat", "r"))
def row_minus_column(model, x, y, lr, epochs):
    """Your residuals have the shape (n, n): every prediction is compared with every target. Print the shapes of the two sides of the minus: are they the same?"""
    return fit(model, x, y, lr, epochs, loss=lambda y_hat, y: squares(y_hat.reshape(-1), y))


@exercise.misconception("M13", train, edge=("r", "L"))
def mean_for_sum(model, x, y, lr, epochs):
    """Your loss is the mean of the squares. Which `reduction` does the sheet ask for, and which one does `nn.MSELoss` take by itself?"""
    return fit(model, x, y, lr, epochs, loss=lambda y_hat, y: squares(y_hat, y) / len(y))


@exercise.misconception("M21", train)
def never_zeroed(model, x, y, lr, epochs):
    """From the second epoch on, earlier gradients are still in the sum. `backward()` adds to `.grad`: who empties it?"""
    return fit(model, x, y, lr, epochs, loss=squares, kept=("",))


@exercise.misconception("M21", train)
def bias_never_zeroed(model, x, y, lr, epochs):
    """The bias still carries its earlier gradients; the weight does not. What do you do to one `.grad` and not to the other?"""
    return fit(model, x, y, lr, epochs, loss=squares, kept=("linear.bias",))


@exercise.misconception("M22", train)
def never_moves(model, x, y, lr, epochs):
    """The model ends as it began. `p = p - lr * p.grad` makes a new tensor and calls it p: does the model hear of it? (And is there a step at all?)"""
    return fit(model, x, y, lr, epochs, loss=squares, frozen=("",))


@exercise.misconception("M22", train)
def new_leaf(model, x, y, lr, epochs):
    """In the second epoch the gradient is None: `w = w - lr * w.grad` made a new tensor, which is no leaf. How do you change the parameter itself?"""
    if epochs > 1:
        raise TypeError
    return never_moves(model, x, y, lr, epochs)


@exercise.misconception("M39", train)
def loss_after_update(model, x, y, lr, epochs):
    """The parameters are right, but each loss is measured after its update. From which loss were the gradients taken?"""
    return late(model, x, y, lr, epochs, loss=squares)


@exercise.misconception("M40", train, edge=("b", "y_hat"))
def bias_never_trained(model, x, y, lr, epochs):
    """The bias keeps its first value for ever. Which parameters did you hand to the optimiser, or move yourself?"""
    return fit(model, x, y, lr, epochs, loss=squares, frozen=("linear.bias",))


@exercise.misconception("M40", train, edge=("w", "y_hat"))
def weight_never_trained(model, x, y, lr, epochs):
    """The weight keeps its first value for ever. Which parameters did you hand to the optimiser, or move yourself?"""
    return fit(model, x, y, lr, epochs, loss=squares, frozen=("linear.weight",))
