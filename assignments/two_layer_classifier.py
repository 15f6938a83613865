r"""# A classifier with one hidden layer

Is a sample of class 1 or of class 0? A network with four inputs, ten hidden units and one output answers with a
probability. With $\sigma(z) = 1/(1 + e^{-z})$ after **both** layers,

$$h = \sigma(x\,W_1^{\mathsf T} + b_1), \qquad p = \sigma(h\,W_2^{\mathsf T} + b_2) .$$

What it is trained on is the binary cross-entropy, with the natural logarithm and as a **mean** over the samples:

$$L = -\frac{1}{n} \sum_{i=1}^{n} \bigl(y_i \ln p_i + (1 - y_i) \ln(1 - p_i)\bigr), \qquad y_i \in \{0, 1\} .$$

Write a class and two functions (you will need `import torch`):

1. `LinearNet`, an `nn.Module` made by `LinearNet()`, with `self.hidden = nn.Linear(4, 10)` and
   `self.output = nn.Linear(10, 1)`. `forward(x)` takes `x`, shape `(n, 4)`, to the **probabilities**, shape `(n, 1)`.
2. `bce(p, y)` returns $L$ for probabilities and labels, both of shape `(n,)`.
3. `train(model, x, y, lr, epochs)`: `x` has the shape `(n, 4)`, and the labels `y` have the shape `(n,)`. Each epoch is
   one step of gradient descent on all samples (SGD without momentum, learning rate `lr`). Train `model` in place and
   return the loss of each epoch **before** its update, `epochs` numbers.

Look at the shapes: the model hands out a column, the labels are a row. A row and a column do not raise an error when
they are multiplied.

The judge loads its own numbers into your model: `hidden.weight` `(10, 4)`, `hidden.bias` `(10,)`, `output.weight`
`(1, 10)`, `output.bias` `(1,)`. These names are settled. Model and data arrive in one dtype, float64 or float32, the
labels too: convert nothing.

**Worked example.** $p = (0.2,\ 0.7,\ 0.9)$, $y = (1, 1, 0)$: the first sample costs $-\ln 0.2 = 1.609438$, the second
$-\ln 0.7 = 0.356675$, the third $-\ln(1 - 0.9) = 2.302585$; the mean is $L = 1.422899$.

**Allowed:** everything that PyTorch offers, automatic differentiation, losses and optimisers included.

**Points** (11): the module 2, the loss 2 (its example 1 of them), training: the losses 2, the output layer's parameters 2,
the hidden layer's 2, in float32 1. Where the grader has a GPU, one more point is for training there; where it has none,
that costs nothing. Module, loss and training are marked apart, though training runs on your module.
"""

import torch
from torch import nn, tensor

from grader.arrays import FLOAT32
from grader.exercise import Exercise

from .fitting import by_steps, fit, late, single

exercise = Exercise(__name__, chapter="modules", order=18, profile="torch")
NAMES = ("hidden.weight", "hidden.bias", "output.weight", "output.bias")


@exercise.given(returns=("p",))
def predicted(LinearNet, parameters, x):
    """What a fresh model with these parameters says."""
    model = LinearNet().to(x.dtype)
    model.load_state_dict(parameters)
    return model(x)


@exercise.given(returns=("losses", "parameters"), plot=("losses",))
def trained(train, LinearNet, parameters, x, y, lr, epochs):
    """Train a fresh model that starts with these parameters; its losses, and its parameters afterwards by name."""
    model = LinearNet().to(x)
    model.load_state_dict(parameters)
    losses = train(model, x, y, lr, epochs)
    return losses, dict(model.named_parameters())


@exercise.starter()
class LinearNet(nn.Module):
    """Four inputs, ten hidden units, one output: self.hidden and self.output are nn.Linear."""

    def __init__(self):
        super().__init__()
        raise NotImplementedError

    def forward(self, x):
        """Return the probabilities, shape (n, 1), for x, shape (n, 4)."""
        raise NotImplementedError


@exercise.starter()
def bce(p, y):
    """Return the mean binary cross-entropy of the probabilities p and the labels y, both of shape (n,)."""
    raise NotImplementedError


@exercise.starter()
def train(model, x, y, lr, epochs):
    """Train the model in place; return the loss of each epoch before its update, `epochs` numbers."""
    raise NotImplementedError


@exercise.reference(LinearNet)
class Net(nn.Module):
    last = staticmethod(torch.sigmoid)
    bend = staticmethod(torch.sigmoid)

    def __init__(self):
        super().__init__()
        self.hidden, self.output = nn.Linear(4, 10), nn.Linear(10, 1)

    def forward(self, x):
        return self.last(self.output(self.bend(self.hidden(x))))


@exercise.reference(bce)
def entropy(p, y):
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


@exercise.reference(train)
def by_the_book(model, x, y, lr, epochs):
    return fit(model, x, y, lr, epochs, loss=of_column(entropy))


@exercise.reference(predicted)
def network(model, parameters, x):
    return by_formulas(x, *parameters.values())


@exercise.reference(trained)
def without_modules(train, model, parameters, x, y, lr, epochs):
    loss = nn.functional.binary_cross_entropy
    return by_steps(lambda *now: loss(by_formulas(x.double(), *now)[:, 0], y.double()), parameters, lr, epochs)


@exercise.graph(predicted, trained)
def graph(x, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    h = torch.sigmoid(z1)
    z2 = h @ W2 + b2
    p = torch.sigmoid(z2)
    return p


def by_formulas(x, w1, b1, w2, b2):
    return ((x @ w1.T + b1).sigmoid() @ w2.T + b2).sigmoid()


def of_column(loss):
    """A loss of rows, for a model that hands out a column."""
    return lambda p, y: loss(p[:, 0], y)


def drawn(draw, n):
    """Parameters, samples, and labels of both classes; where there are two samples, p falls on both sides of ½."""
    x, w1, b1, w2, b2 = (draw.tensor(*shape, high=1.5) for shape in [(n, 4), (10, 4), (10,), (1, 10), (1,)])
    if n > 1:
        b2 = -by_formulas(x, w1, b1, w2, 0 * b2).logit().mean(0)
    return dict(zip(NAMES, (w1, b1, w2, b2), strict=True)), x, (draw.tensor(n) > 0).double()


def run(draw, n, epochs):
    return trained(train, LinearNet, *drawn(draw, n), draw.integer(30, 90) / 100, epochs)


def run_in_float32(draw, n, epochs):
    return trained(train, LinearNet, *map(single, drawn(draw, n)), draw.integer(30, 90) / 100, epochs)


@exercise.check(points=2)
def module(draw):
    """LinearNet: the probabilities of a batch, and of a single sample"""
    yield from (predicted(LinearNet, *drawn(draw, n)[:2]) for n in (5, 1, 3))


@exercise.check(points=1, public=True)
def worked_example(draw):
    """bce agrees with the example worked by hand"""
    yield bce(tensor([0.2, 0.7, 0.9], dtype=torch.float64), tensor([1.0, 1.0, 0.0], dtype=torch.float64))
    yield bce(tensor([0.35, 0.6], dtype=torch.float64), tensor([0.0, 1.0], dtype=torch.float64))


@exercise.check(points=1)
def any_batch(draw):
    """bce: batches of any size, both labels"""
    yield from (bce(draw.tensor(n).sigmoid(), (draw.tensor(n) > 0).double()) for n in (2, 5, 8))


@exercise.check(points=2, part="losses")
def losses(draw):
    """train: the loss of each epoch, before its update"""
    yield from (run(draw, n, epochs) for n, epochs in [(4, 4), (7, 5), (3, 3)])


@exercise.check(points=2, part="parameters.output")
def output_layer(draw):
    """train: weights and bias of the output layer afterwards"""
    yield from (run(draw, n, epochs) for n, epochs in [(4, 2), (7, 3), (3, 3)])


@exercise.check(points=2, part="parameters.hidden")
def hidden_layer(draw):
    """train: weights and biases of the hidden layer afterwards"""
    yield from (run(draw, n, epochs) for n, epochs in [(4, 2), (7, 3), (3, 3)])


@exercise.check(points=1, tolerance=FLOAT32)
def in_float32(draw):
    """works in float32 as well"""
    yield from (run_in_float32(draw, n, epochs) for n, epochs in [(4, 3), (5, 4)])


@exercise.check(points=1, tolerance=FLOAT32, device="gpu")
def on_a_gpu(draw):
    """trains on a GPU as well, in float32"""
    yield from (run_in_float32(draw, n, epochs) for n, epochs in [(4, 3), (5, 4)])


@exercise.misconception("M20", LinearNet)
class RowOut(Net):
    """Your model hands out shape (n,), and the sheet asks for a column, (n, 1). Who should decide where the shapes meet?"""

    def forward(self, x):
        return super().forward(x).squeeze(1)


@exercise.misconception("M27", LinearNet, edge=("z2", "p"))
class LogitsOut(Net):
    """Your model hands out the sums of the output layer: some are negative, some above 1. Which function turns them into probabilities?"""

    last = nn.Identity()


@exercise.misconception("M27", LinearNet, edge=("z2", "p"))
class TwiceSigmoid(Net):
    """The output passes through sigmoid twice: all your probabilities lie between 0.5 and 0.74. What should $\\sigma$ be applied to, and how often?"""

    last = staticmethod(lambda z: z.sigmoid().sigmoid())


@exercise.misconception("M27", LinearNet, edge=("z2", "p"))
class ReluOut(Net):
    """There is a relu before the last sigmoid: no probability falls below 0.5. What does a negative sum want to say?"""

    last = staticmethod(lambda z: z.relu().sigmoid())


@exercise.misconception("M34", LinearNet, edge=("z1", "h"))
class NothingBetween(Net):
    """Nothing bends between your two layers, and a line of lines is a line. What stands after the hidden layer on the sheet?"""

    bend = nn.Identity()


@exercise.misconception("M32", bce)
def log_to_base_ten(p, y):
    """Your loss is smaller by the factor $\\ln 10$. Which logarithm is `log10`, and which does the sheet take?"""
    return entropy(p, y) / tensor(10.0, dtype=p.dtype).log()


@exercise.misconception("M32", bce)
def ones_only(p, y):
    """Samples with the label 0 cost nothing in your loss. That sum belongs to a one-hot label over classes; what does a binary loss add for $y = 0$?"""
    return -(y * p.log()).mean()


@exercise.misconception("M13", bce)
def sum_for_mean(p, y):
    """Your loss grows with the number of samples. What does the sheet divide by?"""
    return entropy(p, y) * len(p)


@exercise.misconception("M14", bce)
def minus_forgotten(p, y):
    """Your loss is negative. The logarithm of a probability is never above 0: which sign stands in front of the sum?"""
    return -entropy(p, y)


@exercise.misconception("M20", train)
def row_times_column(model, x, y, lr, epochs):
    """Your loss is a mean over $n \\times n$ pairs: every probability meets every label. Print the shapes of `model(x)` and of `y`: are they the same?"""
    return fit(model, x, y, lr, epochs, loss=entropy)


@exercise.misconception("M13", train)
def trains_on_the_sum(model, x, y, lr, epochs):
    """Your loss is the sum over the samples. Which `reduction` does the sheet ask for?"""
    return fit(model, x, y, lr, epochs, loss=of_column(sum_for_mean))


@exercise.misconception("M21", train)
def never_zeroed(model, x, y, lr, epochs):
    """From the second epoch on, earlier gradients are still in the sum. `backward()` adds to `.grad`: who empties it?"""
    return fit(model, x, y, lr, epochs, loss=of_column(entropy), kept=("",))


@exercise.misconception("M21", train)
def hidden_never_zeroed(model, x, y, lr, epochs):
    """The hidden layer still carries its earlier gradients; the output layer does not. What do you do to one and not to the other?"""
    return fit(model, x, y, lr, epochs, loss=of_column(entropy), kept=("hidden",))


@exercise.misconception("M27", train)
def sigmoid_once_more(model, x, y, lr, epochs):
    """The model's output passes through sigmoid once more on its way to the loss. What does `BCEWithLogitsLoss` do that `BCELoss` does not, and what does your model hand out?"""
    return fit(model, x, y, lr, epochs, loss=of_column(lambda p, y: entropy(p.sigmoid(), y)))


@exercise.misconception("M32", train)
def trains_on_log10(model, x, y, lr, epochs):
    """Losses and steps are smaller by the factor $\\ln 10$. Which logarithm does the sheet take?"""
    return fit(model, x, y, lr, epochs, loss=of_column(log_to_base_ten))


@exercise.misconception("M39", train)
def loss_after_update(model, x, y, lr, epochs):
    """The parameters are right, but each loss is measured after its update. From which loss were the gradients taken?"""
    return late(model, x, y, lr, epochs, loss=of_column(entropy))


@exercise.misconception("M40", train)
def hidden_never_trained(model, x, y, lr, epochs):
    """The hidden layer keeps its first numbers for ever. Which parameters did you hand to the optimiser, or move yourself?"""
    return fit(model, x, y, lr, epochs, loss=of_column(entropy), frozen=("hidden",))
