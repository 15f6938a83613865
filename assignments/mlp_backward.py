r"""# Backward through a network with one hidden layer

A network takes a batch of $n$ samples with $k$ features, has $h$ hidden units and $c$ outputs, and a sigmoid
$\sigma(z) = 1/(1+e^{-z})$ after both layers:

$$z_1 = x\,w_1 + b_1, \quad \text{hidden} = \sigma(z_1), \qquad z_2 = \text{hidden}\;w_2 + b_2, \quad
  \text{output} = \sigma(z_2) .$$

| name | `x` | `y` | `w1` | `b1` | `w2` | `b2` | `hidden` | `output` |
|---|---|---|---|---|---|---|---|---|
| shape | `(n, k)` | `(n, c)` | `(k, h)` | `(h,)` | `(h, c)` | `(c,)` | `(n, h)` | `(n, c)` |

Rows are samples. The weight from input $i$ to unit $j$ is `w1[i, j]`. The loss has a factor ½, is **summed** over the
outputs and is the **mean** over the samples:

$$L = \frac{1}{n} \sum_{s=1}^{n} \; \frac12 \sum_{j=1}^{c} (\text{output}_{sj} - y_{sj})^2 .$$

The *deltas* are the gradients at the two sums, $dz_2 = \partial L/\partial z_2$ and $dz_1 = \partial L/\partial z_1$.
They are derivatives of this $L$, so the $1/n$ is already in them. Once you have a delta, the gradients of that layer's
weights and biases are one line each.

Write three functions (all arrays are float64; do not write into them, they may be read-only):

1. `forward(x, w1, b1, w2, b2)` returns `(hidden, output)`.
2. `backward(x, y, w1, b1, w2, b2)` returns `(dz2, dw2, db2, dz1, dw1, db1)`, each with the shape of what it belongs to.
3. `step(x, y, w1, b1, w2, b2, lr)` returns the new `(w1, b1, w2, b2)` after one step of gradient descent: each
   parameter less `lr` times its gradient, all gradients taken at the old parameters.

**Worked example** with $n = k = h = c = 1$: $x = 1.5$, $y = 0.9$, $w_1 = 0.8$, $b_1 = -0.4$, $w_2 = -1.2$, $b_2 = 0.5$.
Forward: $z_1 = 0.8$, $\text{hidden} = 0.689974$, $z_2 = -0.327969$, $\text{output} = 0.418735$.
Backward, with $\sigma' = \sigma(1 - \sigma)$, where $\sigma$ is the value that the unit has put out:

$$dz_2 = (0.418735 - 0.9) \cdot 0.418735 \cdot 0.581265 = -0.117138,$$
$$\frac{\partial L}{\partial w_2} = -0.117138 \cdot 0.689974 = -0.0808222,$$
$$dz_1 = -0.117138 \cdot (-1.2) \cdot 0.689974 \cdot 0.310026 = 0.0300683,$$
$$\frac{\partial L}{\partial w_1} = 0.0300683 \cdot 1.5 = 0.0451025 .$$

The biases have $\partial L/\partial b_2 = dz_2$ and $\partial L/\partial b_1 = dz_1$ here. With more samples, think: how
many sums does one bias take part in?

**Not allowed:** automatic differentiation and finite differences. The way of a delta through a layer is what this
sheet is about.

**Points** (15): forward 2, the example 1, a single sample 2, the output layer 3, the hidden layer 4, equal sizes 1,
the step 1, read-only views 1. What the loss is averaged over does not matter for a single sample: whoever has another
convention still earns those points.
"""

import numpy as np
from torch import sigmoid, tensor

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="networks", order=15, forbid=("autograd", "finite differences"))


@exercise.given()
def through_views(function, *arguments):
    """Call `function` with arrays that may not be written into and are not contiguous."""
    twice = [np.repeat(a, 2, axis=-1) if isinstance(a, np.ndarray) else a for a in arguments]
    views = [np.broadcast_to(a, a.shape)[..., ::2] if isinstance(a, np.ndarray) else a for a in twice]
    return function(*views)


@exercise.starter(returns=("hidden", "output"))
def forward(x, w1, b1, w2, b2):
    """Return (hidden, output), shapes (n, h) and (n, c)."""
    raise NotImplementedError


@exercise.starter(returns=("dz2", "dw2", "db2", "dz1", "dw1", "db1"), plot=("dw1", "dw2"))
def backward(x, y, w1, b1, w2, b2):
    """Return (dz2, dw2, db2, dz1, dw1, db1): the gradients of the loss, shapes as z2, w2, b2, z1, w1, b1."""
    raise NotImplementedError


@exercise.starter(returns=("w1", "b1", "w2", "b2"))
def step(x, y, w1, b1, w2, b2, lr):
    """Return the new (w1, b1, w2, b2) after one step of gradient descent with learning rate lr."""
    raise NotImplementedError


def from_sums(x, y, w1, b1, w2, b2, dz1, dz2):
    """The loss, where dz1 and dz2 are what is added to the two sums."""
    output = sigmoid(sigmoid(x @ w1 + b1 + dz1) @ w2 + b2 + dz2)
    return (0.5 * (output - y) ** 2).sum(1).mean()


@exercise.reference(forward)
def forward_by_torch(x, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    return hidden, sigmoid(hidden @ w2 + b2)


@exercise.reference(backward)
def backward_by_autograd(x, y, w1, b1, w2, b2):
    nothing = x.new_zeros(len(x), len(b1)), x.new_zeros(y.shape)
    _, _, dw1, db1, dw2, db2, dz1, dz2 = gradients(from_sums, x, y, w1, b1, w2, b2, *nothing)
    return dz2, dw2, db2, dz1, dw1, db1


@exercise.reference(step)
def step_by_autograd(x, y, w1, b1, w2, b2, lr):
    _, dw2, db2, _, dw1, db1 = backward_by_autograd(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2


@exercise.graph(forward, backward)
def network(x, y, w1, b1, w2, b2):
    z1 = x @ w1 + b1
    hidden = sigmoid(z1)
    z2 = hidden @ w2 + b2
    output = sigmoid(z2)
    L = ((output - y) ** 2 / 2).sum(1).mean()
    return L


def drawn(draw, n, k, h, c):
    """x, y, w1, b1, w2, b2 of a network whose units are not saturated."""
    x, y = draw.tensor(n, k, low=0.3, high=1.8), draw.positive(n, c, low=0.05, high=0.95)
    weights = [draw.tensor(*shape, low=0.2, high=1.3) for shape in ((k, h), (h,), (h, c), (c,))]
    return x, y, *weights


def by_hand():
    """The worked example."""
    return tuple(tensor(value).double() for value in ([[1.5]], [[0.9]], [[0.8]], [-0.4], [[-1.2]], [0.5]))


@exercise.check(points=2, public=True)
def forward_values(draw):
    """forward gives the values of both layers"""
    for x, _, *weights in (by_hand(), drawn(draw, 3, 2, 4, 3), drawn(draw, 1, 3, 2, 1)):
        yield forward(x, *weights)


def batches(draw):
    for n, k, h, c in ((5, 2, 4, 3), (4, 3, 2, 1)):
        yield backward(*drawn(draw, n, k, h, c))


@exercise.check(points=1, public=True)
def worked_example(draw):
    """backward agrees with the example worked by hand, and with a larger network"""
    yield backward(*drawn(draw, 1, 2, 5, 5))
    yield backward(*by_hand())


@exercise.check(points=2)
def single_sample(draw):
    """a single sample: all deltas, weights and biases"""
    for k, h, c in ((2, 4, 3), (3, 2, 5)):
        yield backward(*drawn(draw, 1, k, h, c))


@exercise.check(points=1, part="dz2")
def output_delta(draw):
    """a batch: the delta of the output layer"""
    yield from batches(draw)


@exercise.check(points=1, part="dw2", after=(output_delta,))
def output_weights(draw):
    """a batch: the weights of the output layer"""
    yield from batches(draw)


@exercise.check(points=1, part="db2", after=(output_delta,))
def output_biases(draw):
    """a batch: the biases of the output layer"""
    yield from batches(draw)


@exercise.check(points=2, part="dz1", after=(output_delta,))
def hidden_delta(draw):
    """a batch: the delta of the hidden layer"""
    yield from batches(draw)


@exercise.check(points=1, part="dw1", after=(hidden_delta,))
def hidden_weights(draw):
    """a batch: the weights of the hidden layer"""
    yield from batches(draw)


@exercise.check(points=1, part="db1", after=(hidden_delta,))
def hidden_biases(draw):
    """a batch: the biases of the hidden layer"""
    yield from batches(draw)


@exercise.check(points=1)
def equal_sizes(draw):
    """as many samples as features, units and outputs"""
    yield from (backward(*drawn(draw, size, size, size, size)) for size in (3, 2))


@exercise.check(points=1)
def one_step(draw):
    """one step of gradient descent"""
    for lr in (0.5, 0.17):
        yield step(*drawn(draw, 4, 2, 3, 2), lr)


@exercise.check(points=1)
def read_only_views(draw):
    """works on read-only and non-contiguous inputs"""
    x, y, *weights = drawn(draw, 3, 2, 4, 3)
    yield through_views(forward, x, *weights)
    yield through_views(backward, x, y, *weights)


@exercise.law(forward)
def between_zero_and_one(x, w1, b1, w2, b2, values):
    """A sigmoid gives numbers between 0 and 1; some of yours are not."""
    return all(bool(((value > 0) & (value < 1)).all()) for value in values)


@exercise.law(backward)
def biases_collect_deltas(x, y, w1, b1, w2, b2, found):
    """A bias is added to every row of $z$, so its gradient collects that column of the delta over all samples;
    yours does not."""
    dz2, _, db2, dz1, _, db1 = found
    pairs = ((db1, dz1), (db2, dz2))
    return all(db.shape == dz[0].shape and (db - dz.sum(0)).abs().max() < 1e-9 for db, dz in pairs)


def sweep(x, y, w1, b1, w2, b2, *, error=None, slope=lambda _, a: a * (1 - a), back=lambda dz2, _, w2: dz2 @ w2.T):
    """A right `backward` by hand. The twists below replace one of its thoughts each."""
    hidden, output = forward_by_torch(x, w1, b1, w2, b2)
    dz2 = (error(output, y) if error else (output - y) / len(y)) * slope(hidden @ w2 + b2, output)
    dz1 = back(dz2, hidden, w2) * slope(x @ w1 + b1, hidden)
    return dz2, hidden.T @ dz2, dz2.sum(0), dz1, x.T @ dz1, dz1.sum(0)


@exercise.misconception("M05", backward, edge=("z2", "output"))
def slope_of_input(*arguments):
    """$\\sigma(1-\\sigma)$ takes what the unit has put out, and you gave it the sum $z$ that went in. Which of the
    two do you have at hand in each line?"""
    return sweep(*arguments, slope=lambda z, _: z * (1 - z))


@exercise.misconception("M05", backward, edge=("z2", "output"))
def sigmoid_twice(*arguments):
    """A derivative that applies $\\sigma$ itself was given a value that has already been through $\\sigma$. How
    often does the network apply it?"""
    return sweep(*arguments, slope=lambda _, a: sigmoid(a) * (1 - sigmoid(a)))


@exercise.misconception("M13", backward, edge=("output", "L"))
def sum_over_samples(*arguments):
    """You took the loss as a sum over the samples. Read its definition again: what happens to $L$ when every sample
    is handed in twice?"""
    return sweep(*arguments, error=lambda out, y: out - y)


@exercise.misconception("M13", backward, edge=("output", "L"))
def mean_over_outputs(*arguments):
    """You took the mean over all entries, without the ½. Read the loss again: over what is it averaged, and over
    what summed?"""
    return sweep(*arguments, error=lambda out, y: 2 * (out - y) / y.numel())


@exercise.misconception("M13", backward, edge=("w2", "z2"))
def averaged_twice(*arguments):
    """The gradients of weights and biases were averaged over the samples once more. Is the mean not already in the
    deltas?"""
    dz2, dw2, db2, dz1, dw1, db1 = sweep(*arguments)
    return dz2, *(d / len(dz2) for d in (dw2, db2)), dz1, *(d / len(dz1) for d in (dw1, db1))


@exercise.misconception("M14", backward, edge=("output", "L"))
def flipped_sign(*arguments):
    """Every gradient has the opposite sign. If the output is above its target and rises further, does the loss grow
    or shrink?"""
    return tuple(-d for d in sweep(*arguments))


@exercise.misconception("M15", backward, edge=("z1", "hidden"))
def hidden_slope_left_out(*arguments):
    """On its way into the hidden layer the delta went through the weights, and then not through the hidden unit's
    own sigmoid. Which local derivative is missing?"""
    return sweep(*arguments, back=lambda dz2, hidden, w2: dz2 @ w2.T / (hidden * (1 - hidden)))


@exercise.misconception("M16", backward, edge=("hidden", "z2"))
def weight_gradients_for_weights(*arguments):
    """The hidden delta was put together from the gradients of the output weights. $z_2 = \\text{hidden} \\cdot w_2
    + b_2$: if a hidden value moves a little, what is it multiplied by?"""
    return sweep(*arguments, back=lambda dz2, hidden, _: hidden * dz2.sum(1, keepdim=True))


@exercise.misconception("M16", backward, edge=("hidden", "z2"))
def summed_weight_gradients(*arguments):
    """The hidden delta was put together from the gradients of the output weights, summed over the batch. If one
    hidden value of one sample moves a little, what is it multiplied by in $z_2$?"""
    return sweep(*arguments, back=lambda dz2, hidden, _: (hidden.T @ dz2).sum(1))


@exercise.misconception("M16", backward, edge=("hidden", "z2"))
def delta_through_weight_gradients(*arguments):
    """The output delta went back through the gradients of the weights. It came forward through something else:
    through what?"""
    return sweep(*arguments, back=lambda dz2, hidden, _: dz2 @ (hidden.T @ dz2).T)


@exercise.misconception("M17", step, edge=("hidden", "z2"))
def updated_too_early(x, y, w1, b1, w2, b2, lr):
    """The output weights were updated before the hidden delta was sent back through them. At which parameters is
    the gradient of $L$ to be taken?"""
    _, _, w2, b2 = step_by_autograd(x, y, w1, b1, w2, b2, lr)
    return *step_by_autograd(x, y, w1, b1, w2, b2, lr)[:2], w2, b2


@exercise.misconception("M18", backward, edge=("b2", "z2"))
def one_bias_for_all_units(*arguments):
    """All units of a layer got one bias gradient in common. How many biases does the layer have, and which unit
    does each one move?"""
    dz2, dw2, db2, dz1, dw1, db1 = sweep(*arguments)
    return dz2, dw2, db2.sum(), dz1, dw1, db1.sum()


@exercise.misconception("M19", backward, edge=("w2", "z2"))
def transposed(*arguments):
    """The weight gradients are transposed. `w1[i, j]` leads from input $i$ to unit $j$: where does its gradient
    belong?"""
    dz2, dw2, db2, dz1, dw1, db1 = sweep(*arguments)
    return dz2, dw2.T, db2, dz1, dw1.T, db1
