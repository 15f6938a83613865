r"""# Softmax regression

Which of $c$ classes is it? One linear layer gives each class a score, the *logit*; softmax turns the logits of a sample
into probabilities, and the cross-entropy asks how much probability the right class was given:

$$z = x\,W^{\mathsf T} + b, \qquad p_{ij} = \frac{e^{z_{ij}}}{\sum_k e^{z_{ik}}}, \qquad
  L = -\frac{1}{n} \sum_{i=1}^{n} \ln p_{i\,y_i} .$$

The logarithm is natural, the loss is a **mean** over the samples, and $y_i \in \{0, \dots, c - 1\}$ is the number of
sample $i$'s class. Write a class and two functions (you will need `import torch`):

1. `SoftmaxNet`, an `nn.Module` made by `SoftmaxNet(inputs, classes)`, with `self.linear = nn.Linear(inputs, classes)`.
   `forward(x)` takes `x`, shape `(n, inputs)`, to the **logits** $z$, shape `(n, classes)`. Softmax belongs to the loss.
2. `cross_entropy(logits, y)` returns $L$ from logits, shape `(n, c)`, and class numbers, shape `(n,)`, whole numbers.
   Logits may be as large as 1000 in size: $e^{1000}$ is no longer a number, yet $L$ is.
3. `train(model, x, y, lr, epochs)`: each epoch is one step of gradient descent on all samples (SGD without momentum,
   learning rate `lr`). Train `model` in place and return the loss of each epoch **before** its update, `epochs` numbers.

The judge loads its own numbers into your model: `linear.weight` `(classes, inputs)` and `linear.bias` `(classes,)`. These
names are settled. Model and data arrive in one dtype, float64 or float32: convert nothing.

**Worked example.** Logits $(\ln 2,\ 0,\ \ln 5)$ and $(0,\ \ln 3,\ 0)$, classes $y = (2, 0)$. Row by row the
probabilities are $(2, 1, 5)/8$ and $(1, 3, 1)/5$, so the losses of the two samples are $-\ln 0.625 = 0.470004$ and
$-\ln 0.2 = 1.609438$, and $L = 1.039721$.

**Allowed:** everything that PyTorch offers, automatic differentiation, losses and optimisers included. Read in its
documentation what a loss expects before you hand it something.

**Points** (12): the module 2, the loss 2 (its example 1 of them), as many samples as classes 1, large logits 1, training:
the losses 2, the parameters 3, in float32 1. Where the grader has a GPU, one more point is for training there; where it
has none, that costs nothing. Module, loss and training are marked apart, though training runs on your module.
"""

import torch
from torch import nn, tensor

from grader.arrays import FLOAT32
from grader.exercise import Exercise

from .fitting import by_steps, fit, late, single

exercise = Exercise(__name__, chapter="modules", order=19, profile="torch")


@exercise.given(returns=("logits",))
def predicted(SoftmaxNet, parameters, x):
    """The logits of a fresh model with these parameters."""
    classes, inputs = parameters["linear.weight"].shape
    model = SoftmaxNet(inputs, classes).to(x.dtype)
    model.load_state_dict(parameters)
    return model(x)


@exercise.given(returns=("losses", "parameters"), plot=("losses",))
def trained(train, SoftmaxNet, parameters, x, y, lr, epochs):
    """Train a fresh model that starts with these parameters; its losses, and its parameters afterwards by name."""
    classes, inputs = parameters["linear.weight"].shape
    model = SoftmaxNet(inputs, classes).to(x)
    model.load_state_dict(parameters)
    losses = train(model, x, y, lr, epochs)
    return losses, dict(model.named_parameters())


@exercise.starter()
class SoftmaxNet(nn.Module):
    """One layer, self.linear, an nn.Linear(inputs, classes)."""

    def __init__(self, inputs, classes):
        super().__init__()
        raise NotImplementedError(inputs, classes)

    def forward(self, x):
        """Return the logits, shape (n, classes), for x, shape (n, inputs)."""
        raise NotImplementedError


@exercise.starter(returns=("L",))
def cross_entropy(logits, y):
    """Return the mean cross-entropy of the logits, shape (n, c), for the class numbers y, shape (n,)."""
    raise NotImplementedError


@exercise.starter()
def train(model, x, y, lr, epochs):
    """Train the model in place; return the loss of each epoch before its update, `epochs` numbers."""
    raise NotImplementedError


@exercise.reference(SoftmaxNet)
class Net(nn.Module):
    last = nn.Identity()

    def __init__(self, inputs, classes):
        super().__init__()
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.last(self.linear(x))


@exercise.reference(cross_entropy)
def entropy(logits, y):
    return chosen(logits - logits.logsumexp(1, keepdim=True), y)


@exercise.reference(train)
def by_the_book(model, x, y, lr, epochs):
    return fit(model, x, y, lr, epochs, loss=entropy)


@exercise.reference(predicted)
def layer(model, parameters, x):
    return x @ parameters["linear.weight"].T + parameters["linear.bias"]


@exercise.reference(trained)
def without_modules(train, model, parameters, x, y, lr, epochs):
    return by_steps(lambda w, b: nn.functional.cross_entropy(x.double() @ w.T + b, y), parameters, lr, epochs)


@exercise.graph(predicted, cross_entropy, trained)
def graph(x, W, b, y):
    z = x @ W + b
    e = torch.exp(z)
    s = sum(e)
    p = e / s
    L = -torch.log(p[y])
    return L


def chosen(log_p, y):
    """The mean of what the right classes were given, as a loss."""
    return -log_p[torch.arange(len(y)), y].mean()


def classes_of(draw, n, c):
    """Class numbers for n samples; the first and the last class are among them where n > 1."""
    return tensor([0, c - 1, *(draw.integer(0, c - 1) for _ in range(n))][:n])


def drawn(draw, n, inputs, c):
    """Parameters, samples, and class numbers."""
    parameters = {"linear.weight": draw.tensor(c, inputs, high=1.5), "linear.bias": draw.tensor(c)}
    return parameters, draw.tensor(n, inputs), classes_of(draw, n, c)


def run(draw, shape, epochs, cast=lambda numbers: numbers):
    start, x, y = drawn(draw, *shape)
    return trained(train, SoftmaxNet, cast(start), cast(x), y, draw.integer(20, 60) / 100, epochs)


@exercise.check(points=2)
def module(draw):
    """SoftmaxNet: the logits of a batch, and of a single sample"""
    yield from (predicted(SoftmaxNet, *drawn(draw, *shape)[:2]) for shape in ((5, 4, 3), (1, 3, 4), (3, 2, 3)))


@exercise.check(points=1, public=True)
def worked_example(draw):
    """cross_entropy agrees with the example worked by hand"""
    yield cross_entropy(tensor([[2.0, 1, 5], [1, 3, 1]], dtype=torch.float64).log(), tensor([2, 0]))
    yield cross_entropy(tensor([[0.3, -1.2, 0.7, 1.9]], dtype=torch.float64), tensor([1]))


@exercise.check(points=1)
def any_batch(draw):
    """cross_entropy: batches of any size"""
    yield from (cross_entropy(draw.tensor(n, c), classes_of(draw, n, c)) for n, c in [(4, 3), (2, 5), (6, 2)])


@exercise.check(points=1)
def square_batch(draw):
    """cross_entropy: as many samples as classes"""
    yield from (cross_entropy(draw.tensor(n, n), classes_of(draw, n, n)) for n in (3, 4))


@exercise.check(points=1)
def large_logits(draw):
    """cross_entropy: large logits"""
    yield from (cross_entropy(1e3 * tensor([[1.0, 0, -1]], dtype=torch.float64), tensor([right])) for right in range(3))
    yield cross_entropy(-1000 + draw.tensor(2, 4), classes_of(draw, 2, 4))
    yield cross_entropy(800 + draw.tensor(2, 3), classes_of(draw, 2, 3))


@exercise.check(points=2, part="losses")
def losses(draw):
    """train: the loss of each epoch, before its update"""
    yield from (run(draw, shape, epochs) for shape, epochs in [((5, 4, 3), 4), ((3, 2, 3), 3), ((6, 3, 4), 3)])


@exercise.check(points=3, part="parameters")
def parameters(draw):
    """train: weights and biases afterwards"""
    yield from (run(draw, shape, epochs) for shape, epochs in [((5, 4, 3), 2), ((3, 2, 3), 3), ((6, 3, 4), 3)])


@exercise.check(points=1, tolerance=FLOAT32)
def in_float32(draw):
    """works in float32 as well"""
    yield from (run(draw, shape, 3, single) for shape in ((4, 3, 3), (5, 2, 4)))


@exercise.check(points=1, tolerance=FLOAT32, device="gpu")
def on_a_gpu(draw):
    """trains on a GPU as well, in float32"""
    yield from (run(draw, shape, 3, single) for shape in ((4, 3, 3), (5, 2, 4)))


@exercise.misconception("M27", SoftmaxNet, edge=("e", "p"))
class ProbabilitiesOut(Net):
    """Your model hands out probabilities. `CrossEntropyLoss` takes a softmax itself: what would the second one do to the first?"""

    last = nn.Softmax(dim=1)


@exercise.misconception("M27", SoftmaxNet, edge=("x", "z"))
class ReluOut(Net):
    """Your logits are never negative: a relu stands behind the last layer. How should the model say that a class is unlikely?"""

    last = nn.ReLU()


@exercise.misconception("M06", cross_entropy, edge=("z", "e"))
def exponentials_overflow(logits, y):
    """Right, until $e^z$ leaves the range of floating-point numbers. $p$ stays the same when one constant is subtracted from all logits of a row: which one keeps $e^z$ small?"""
    return chosen((logits.exp() / logits.exp().sum(1, keepdim=True)).log(), y)


@exercise.misconception("M06", cross_entropy, edge=("z", "e"))
def sum_overflows(logits, y):
    """Right, until the sum of $e^z$ leaves the range of floating-point numbers. $\\ln \\sum e^{z}$ can be taken after a constant has been pulled out: which one?"""
    return chosen(logits - logits.exp().sum(1, keepdim=True).log(), y)


@exercise.misconception("M06", cross_entropy, edge=("p", "L"))
def logarithm_of_zero(logits, y):
    """Right, until a probability becomes so small that it is 0, whose logarithm is no number. Can you write $\\ln p$ in terms of $z$, without computing $p$ first?"""
    return chosen(logits.softmax(1).log(), y)


@exercise.misconception("M07", cross_entropy, edge=("e", "s"))
def down_the_columns(logits, y):
    """The softmax runs down the columns, over the samples. Along which axis should the probabilities sum to one?"""
    return chosen(logits.log_softmax(0), y)


@exercise.misconception("M27", cross_entropy, edge=("e", "p"))
def softmax_twice(logits, y):
    """Softmax was taken twice: once by you, once more by the loss that you handed the result to. Which of the two wants logits?"""
    return entropy(logits.softmax(1), y)


@exercise.misconception("M32", cross_entropy, edge=("p", "L"))
def log_to_base_ten(logits, y):
    """Your loss is smaller by the factor $\\ln 10$. Which logarithm is `log10`, and which does the sheet take?"""
    return entropy(logits, y) / tensor(10.0, dtype=logits.dtype).log()


@exercise.misconception("M32", cross_entropy, edge=("p", "L"))
def binary_mean(logits, y):
    """This is a binary cross-entropy, averaged over samples and classes: as if each class were a yes-or-no question. How many questions does softmax answer for one sample?"""
    return nn.functional.binary_cross_entropy(logits.softmax(1), torch.eye(logits.shape[1])[y].to(logits))


@exercise.misconception("M13", cross_entropy)
def sum_for_mean(logits, y):
    """Your loss grows with the number of samples. What does the sheet divide by?"""
    return entropy(logits, y) * len(y)


@exercise.misconception("M38", cross_entropy, edge=("p", "L"))
def all_pairs(logits, y):
    """`[:, y]` picks a column for every sample from **every** row. How do you pick one entry from each row?"""
    return -logits.log_softmax(1)[:, y].mean()


@exercise.misconception("M07", train, edge=("e", "s"))
def trains_down_the_columns(model, x, y, lr, epochs):
    """The softmax in your training runs down the columns, over the samples. Along which axis should the probabilities sum to one?"""
    return fit(model, x, y, lr, epochs, loss=down_the_columns)


@exercise.misconception("M21", train)
def never_zeroed(model, x, y, lr, epochs):
    """From the second epoch on, earlier gradients are still in the sum. `backward()` adds to `.grad`: who empties it?"""
    return fit(model, x, y, lr, epochs, loss=entropy, kept=("",))


@exercise.misconception("M27", train, edge=("e", "p"))
def softmax_before_the_loss(model, x, y, lr, epochs):
    """Softmax is taken twice in your training: once by you, once by the loss. What does `CrossEntropyLoss` expect?"""
    return fit(model, x, y, lr, epochs, loss=softmax_twice)


@exercise.misconception("M32", train, edge=("p", "L"))
def trains_on_binary_mean(model, x, y, lr, epochs):
    """Your training uses a binary cross-entropy, averaged over samples and classes. How many questions does softmax answer for one sample?"""
    return fit(model, x, y, lr, epochs, loss=binary_mean)


@exercise.misconception("M39", train)
def loss_after_update(model, x, y, lr, epochs):
    """The parameters are right, but each loss is measured after its update. From which loss were the gradients taken?"""
    return late(model, x, y, lr, epochs, loss=entropy)
