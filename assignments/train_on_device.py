r"""# Training where the model is

A hundred thousand samples lie in the memory of the CPU, as they came from a file. The model lies on a **device**: a GPU, or
the CPU itself. Computation happens where the model is, so the samples must come to it, and every journey takes time: one
journey for all of them costs little, one for each step of each epoch costs more than the training.

The model is given: four inputs, ten hidden units, one output, $\sigma(z) = 1/(1 + e^{-z})$ after both layers. For samples
$x$ of shape `(n, 4)` it hands out a **column** of probabilities, shape `(n, 1)`. What it is trained on is the binary
cross-entropy of `torch.nn.functional.binary_cross_entropy`,

$$L = -\frac{1}{m} \sum_{i=1}^{m} \bigl(y_i \ln p_i + (1 - y_i) \ln(1 - p_i)\bigr), \qquad y_i \in \{0, 1\} ,$$

a mean over the $m$ samples of one **batch**. The batches are the samples `0 … batch−1`, `batch … 2·batch−1` and so on, in
this order in every epoch, nothing shuffled; the last one may be smaller, and is used like the others.

Write two functions (you will need `import torch`). `model` is an `nn.Module`; ask one of its parameters where it is, and
in which precision: `next(model.parameters()).device`, `.dtype`.

1. `predict(model, x, batch)` returns the probabilities of all samples, shape `(n,)`, on the model's device. `x` has the
   shape `(n, 4)` and lies on the CPU; give the model no more than `batch` samples at a time, and record no graph
   (`torch.no_grad()`), for nobody will differentiate this.
2. `train(model, x, y, lr, epochs, batch)`: `x` as above, the labels `y` of shape `(n,)`, both on the CPU. For each batch one
   step of gradient descent (SGD without momentum, learning rate `lr`). Train `model` in place, where it is. Return
   the losses of the epochs, a tensor of shape `(epochs,)` on the model's device: for each epoch the mean over **all $n$
   samples** of what each cost before the step of its batch. A batch of 2 samples counts less in it than one of 8.

Model and samples are of one precision. Do not ask for numbers at each step (`.item()`, `print`): the CPU would have
to wait for the device each time. Keep losses as tensors, without their graphs (`.detach()`).

**Worked example.** The model has all weights and biases 0, so that $p = 0.5$; three samples with the labels 1, 1, 0, one
batch, learning rate 1, one epoch. The loss is $\ln 2 = 0.693147$. The hidden units are all 0.5, the mean of $p - y$ is
$-1/6$: each of the output layer's weights becomes $0.5 \cdot 1/6 = 0.083333$ and its bias $1/6 = 0.166667$. The hidden layer
stays 0, for its gradients pass through weights that are 0.

**Allowed:** everything that PyTorch offers, automatic differentiation, losses, optimisers and data loaders included.

**Points** (12): predicting 3, training: its example 1, the losses 3, the parameters 4, two thousand samples 1. Where the
grader has a GPU, three more points are for working there: in float32, in bfloat16, and with 100 000 samples; where it
has none, that costs nothing. How long the last takes is shown beside the reference and costs no points.
"""

from copy import deepcopy

import numpy as np
import torch
from torch import nn

from grader.arrays import FLOAT32
from grader.exercise import Exercise

from .fitting import by_batches, in_batches

exercise = Exercise(
    __name__, chapter="modules", order=21, profile="torch", seconds=20.0, pace="paces/train_on_device.py"
)
SHAPES = {"0.weight": (10, 4), "0.bias": (10,), "2.weight": (1, 10), "2.bias": (1,)}  # between layers of 4, 10 and 1
SIZES = (2_000, 25_000, 50_000, 75_000, 100_000)


@exercise.given()
def network(parameters):
    """The model with these parameters, where they are and in their precision."""
    from torch import nn

    model = nn.Sequential(nn.Linear(4, 10), nn.Sigmoid(), nn.Linear(10, 1), nn.Sigmoid()).to(parameters["0.weight"])
    model.load_state_dict(parameters)
    return model


@exercise.given()
def samples(seed, n, dtype):
    """n samples and their labels, on the CPU: multiples of 1/8, which every precision holds exactly."""
    import torch

    x = torch.from_numpy(np.random.default_rng(seed).integers(-16, 17, (n, 4)) / 8)
    score = x @ torch.tensor([1.0, -2.0, 0.5, 1.5], dtype=torch.float64) + (x[:, 0] * x[:, 1])
    return x.to(dtype), (score > 0.25).to(dtype)


@exercise.given(returns=("p",))
def predicted(predict, network, samples, parameters, seed, n, batch):
    """What `predict` says of n samples on the CPU, with a model that lies where these parameters do."""
    x, _ = samples(seed, n, parameters["0.weight"].dtype)
    return predict(network(parameters), x, batch)


@exercise.given(returns=("losses", "parameters"), plot=("losses",))
def trained(train, network, samples, parameters, seed, n, lr, epochs, batch):
    """Train a fresh model where these parameters are; its losses, and its parameters afterwards by name."""
    model = network(parameters)
    losses = train(model, *samples(seed, n, parameters["0.weight"].dtype), lr, epochs, batch)
    return losses, dict(model.named_parameters())


@exercise.starter()
def predict(model, x, batch):
    """Return the probabilities of all samples, shape (n,), on the model's device; x, shape (n, 4), lies on the CPU."""
    raise NotImplementedError


@exercise.starter()
def train(model, x, y, lr, epochs, batch):
    """Train the model in place, where it is; return the mean loss of each epoch, shape (epochs,), on its device."""
    raise NotImplementedError


@exercise.reference(predict)
def all_of_them(model, x, batch):
    return torch.cat([model(part)[:, 0] for part in in_batches(x, batch)])


@exercise.reference(train)
def in_order(model, x, y, lr, epochs, batch):
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy)


@exercise.reference(predicted)
def by_hand(predict, network, samples, parameters, seed, n, batch):
    x, _ = samples(seed, n, torch.float64)
    return by_formulas(x, *(p.double() for p in parameters.values()))


@exercise.reference(trained)
def without_modules(train, network, samples, parameters, seed, n, lr, epochs, batch):
    x, y = samples(seed, n, torch.float64)
    now, losses = [p.double() for p in parameters.values()], []
    for _ in range(epochs):
        costs = []
        for part, labels in zip(in_batches(x, batch), in_batches(y, batch), strict=True):
            cost, slopes = cost_and_slopes(part, labels, *now)
            costs.append(cost)
            now = [p - lr * slope for p, slope in zip(now, slopes, strict=True)]
        losses.append(torch.cat(costs).mean())
    return torch.stack(losses), dict(zip(parameters, now, strict=True))


def by_formulas(x, w1, b1, w2, b2):
    return ((x @ w1.T + b1).sigmoid() @ w2.T + b2).sigmoid()[:, 0]


def cost_and_slopes(x, y, w1, b1, w2, b2):
    """What each sample costs, and the slopes of their mean: written out, for autograd on 100 000 samples takes longer."""
    h = (x @ w1.T + b1).sigmoid()
    p = (h @ w2.T + b2).sigmoid()[:, 0]
    d2 = ((p - y) / len(y))[:, None]
    d1 = d2 @ w2 * h * (1 - h)
    return -torch.where(y > 0, p, 1 - p).log(), (d1.T @ x, d1.sum(0), d2.T @ h, d2.sum(0))


def entropy(p, y):
    return nn.functional.binary_cross_entropy(p[:, 0], y)


def drawn(draw):
    """Parameters of the model."""
    return {name: draw.tensor(*shape, high=1.2) for name, shape in SHAPES.items()}


def run(draw, n, epochs, batch):
    seed, lr = draw.integer(0, 10**6), draw.integer(20, 60) / 100
    return trained(train, network, samples, drawn(draw), seed, n, lr, epochs, batch)


@exercise.check(points=3)
def predictions(draw):
    """predict: every sample, whatever the batch: it divides n, leaves a rest, is larger than n"""
    for n, batch in [(12, 4), (11, 4), (5, 8), (7, 1)]:
        yield predicted(predict, network, samples, drawn(draw), draw.integer(0, 10**6), n, batch)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """train: the example worked by hand, and one whose batches are of two sizes"""
    zeros = {name: torch.zeros(*shape, dtype=torch.float64) for name, shape in SHAPES.items()}
    yield trained(train, network, samples, zeros, 8, 3, 1.0, 1, 3)
    yield trained(train, network, samples, drawn(draw), 5, 7, 0.5, 4, 3)


@exercise.check(points=3, part="losses")
def losses(draw):
    """train: the mean loss of each epoch over all samples, each before its batch's step"""
    yield from (run(draw, *sizes) for sizes in [(11, 3, 4), (6, 4, 4), (8, 3, 4), (7, 2, 3)])


@exercise.check(points=4, part="parameters")
def parameters(draw):
    """train: weights and biases afterwards, with full batches and with a rest"""
    yield from (run(draw, *sizes) for sizes in [(8, 1, 4), (11, 2, 4), (6, 3, 4)])


@exercise.check(points=1)
def thousands(draw):
    """train: two thousand samples"""
    yield run(draw, 2_000, 2, 300)


@exercise.check(points=1, tolerance=FLOAT32, device="gpu", dtype="float32")
def on_a_gpu(draw):
    """works on a GPU as well, in float32"""
    yield predicted(predict, network, samples, drawn(draw), draw.integer(0, 10**6), 11, 4)
    yield from (run(draw, *sizes) for sizes in [(11, 3, 4), (2_000, 2, 300)])


@exercise.check(points=1, device="gpu", dtype="bfloat16")
def in_bfloat16(draw):
    """predict: on a GPU in bfloat16, which keeps 3 digits"""
    yield predicted(predict, network, samples, drawn(draw), draw.integer(0, 10**6), 5_000, 1_000)


@exercise.check(points=1, public=True, tolerance=FLOAT32, device="gpu", dtype="float32", timed=True)
def many_samples(draw):
    """25 000, 50 000, 75 000 and 100 000 samples on a GPU, two epochs each"""
    yield from (run(draw, n, 2, 10_000) for n in SIZES)


@exercise.misconception("M47", predict)
def full_batches_only(model, x, batch):
    """Samples are missing at the end: those that do not fill a batch. What does `n // batch` leave over?"""
    whole = x[: len(x) // batch * batch]
    return torch.cat([model(part)[:, 0] for part in in_batches(whole, batch)] or [x[:0, 0]])


@exercise.misconception("M20", predict)
def a_column(model, x, batch):
    """You return a column, shape (n, 1), as the model hands it out. Which shape does the sheet ask for?"""
    return torch.cat([model(part) for part in in_batches(x, batch)])


@exercise.misconception("M55", predict)
def the_last_batch_alone(model, x, batch):
    """You return the probabilities of one batch, not of all samples. Where do those of the earlier batches go?"""
    return model(in_batches(x, batch)[-1])[:, 0]


@exercise.misconception("M47", train)
def trains_on_full_batches(model, x, y, lr, epochs, batch):
    """The samples that do not fill a batch are left out. What do `drop_last` and `n // batch` do with them?"""
    n = len(x) // batch * batch
    return by_batches(model, x[:n], y[:n], lr, epochs, batch, loss=entropy)


@exercise.misconception("M56", train)
def mean_of_means(model, x, y, lr, epochs, batch):
    """The parameters are right; an epoch's loss is the mean of the batches' means, where the small last batch weighs as much as a full one. How many samples does each mean stand for?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy, mean=lambda costs, sizes: costs.mean())


@exercise.misconception("M13", train)
def sums_of_means(model, x, y, lr, epochs, batch):
    """The parameters are right; an epoch's loss is the sum of its batches' losses. What must it be divided by to be a mean over samples?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy, mean=lambda costs, sizes: costs.sum())


@exercise.misconception("M20", train)
def row_times_column(model, x, y, lr, epochs, batch):
    """Every probability meets every label: a column and a row make a square. Print the shapes of `model(x)` and of `y`: are they the same?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=lambda p, y: -(y * p.log() + (1 - y) * (1 - p).log()).mean())


@exercise.misconception("M21", train)
def never_zeroed(model, x, y, lr, epochs, batch):
    """From the second step on, earlier gradients are still in the sum. `backward()` adds to `.grad`: who empties it?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy, kept=True)


@exercise.misconception("M55", train)
def one_batch_an_epoch(model, x, y, lr, epochs, batch):
    """Each epoch makes one step, with its first batch only. Does your loop end too early: a `return` or a `break` within it?"""
    return by_batches(model, x[:batch], y[:batch], lr, epochs, batch, loss=entropy)


@exercise.misconception("M57", train)
def one_step_for_all(model, x, y, lr, epochs, batch):
    """All samples make one step together, and `batch` plays no part. How many steps does an epoch of 11 samples in batches of 4 have?"""
    return by_batches(model, x, y, lr, epochs, len(x), loss=entropy)


@exercise.misconception("M39", train)
def loss_after_update(model, x, y, lr, epochs, batch):
    """The parameters are right, but each batch's loss is measured after its step. From which loss were the gradients taken?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy, late=True)


@exercise.misconception("M39", train)
def last_loss_of_the_epoch(model, x, y, lr, epochs, batch):
    """The parameters are right; of each epoch you note the last batch's loss alone. Over which samples is the mean to run?"""
    return by_batches(model, x, y, lr, epochs, batch, loss=entropy, mean=lambda costs, sizes: costs[-1])


@exercise.misconception("M40", train)
def trains_a_copy(model, x, y, lr, epochs, batch):
    """The losses fall and the model stays as it was: a copy is trained. Which model does your optimiser move, and who keeps it?"""
    return by_batches(deepcopy(model), x, y, lr, epochs, batch, loss=entropy)
