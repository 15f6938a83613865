r"""# The derivative of softmax

Softmax turns a vector $a$ of $n$ real numbers, the *logits*, into $n$ positive *probabilities* that sum to one:

$$p_i = \frac{e^{a_i}}{e^{a_1} + \dots + e^{a_n}}, \qquad i = 1, \dots, n .$$

Every $p_i$ depends on every $a_j$, because all of them stand in the denominator. So the derivative is not a
vector but a square matrix, the Jacobian, with the output's index in the row and the input's in the column:

$$J_{ij} = \frac{\partial p_i}{\partial a_j} .$$

In a network nobody needs the whole matrix. What arrives from behind is the upstream gradient
$g_i = \partial L / \partial p_i$, and what goes on is

$$\frac{\partial L}{\partial a_j} = \sum_i g_i \, \frac{\partial p_i}{\partial a_j} .$$

Write three functions (all numbers are float64):

1. `softmax(a)`: $a$ are logits, shape `(n,)`; returns the probabilities, shape `(n,)`. Logits may be as large as
   1000 in size, and there $e^{a_i}$ is no longer a number. What may you do to all logits without changing $p$?
2. `softmax_jacobian(a)`: $a$ are **logits**, shape `(n,)`; returns $J$, shape `(n, n)`.
3. `softmax_backward(p, upstream)`: a batch. `p` holds the **probabilities**, already computed, shape `(m, n)`, one
   sample a row, all of them positive; `upstream` is $\partial L/\partial p$, shape `(m, n)`. Returns
   $\partial L/\partial a$, shape `(m, n)`: each row by itself, neither summed nor averaged over the batch.

There is no loss function and there are no labels here: $L$ may be anything, and all you know of it is `upstream`.
Inputs may be read-only and need not be contiguous. Do not write into them.

**Worked example.** Let $a = (\ln 2,\ 0,\ \ln 5)$. Then $e^a = (2, 1, 5)$, the sum is 8 and
$p = (0.25,\ 0.125,\ 0.625)$. Nudge $a_1$ by a small $\varepsilon$: the numerators become
$(2 + 2\varepsilon,\ 1,\ 5)$ and the sum $8 + 2\varepsilon$. The first column of $J$ is what this does to the three
fractions, per $\varepsilon$. By the quotient rule

$$J_{11} = \frac{2 \cdot 8 - 2 \cdot 2}{8^2} = 0.1875,$$
$$J_{21} = \frac{0 \cdot 8 - 1 \cdot 2}{8^2} = -0.03125,$$
$$J_{31} = \frac{0 \cdot 8 - 5 \cdot 2}{8^2} = -0.15625 .$$

With $g = (0.4, -1, 2)$, $\ \partial L/\partial a_1 = 0.4 \cdot 0.1875 + 1 \cdot 0.03125 - 2 \cdot 0.15625 = -0.20625$.

**Not allowed:** automatic differentiation and finite differences. A library can do this in one line; what you would
miss is the one idea of this sheet, where the off-diagonal entries come from.

**Points** (10): probabilities 1, large logits 1, the Jacobian 4, the batch 3, read-only views 1. Each function is
marked by itself, so begin with any.
"""

import numpy as np
import torch
from torch import exp, tensor

from grader.exercise import Exercise
from grader.oracles import gradients, jacobian

exercise = Exercise(__name__, chapter="softmax", order=11, forbid=("autograd", "finite differences"))


@exercise.given()
def through_views(function, *arguments):
    """Call `function` with arrays that may not be written into and are not contiguous."""
    twice = [np.repeat(a, 2, axis=-1) if isinstance(a, np.ndarray) else a for a in arguments]
    views = [np.broadcast_to(a, a.shape)[..., ::2] if isinstance(a, np.ndarray) else a for a in twice]
    return function(*views)


@exercise.starter(returns=("p",))
def softmax(a: np.ndarray) -> np.ndarray:
    """Return the probabilities, shape (n,), of the logits a, shape (n,)."""
    raise NotImplementedError


@exercise.starter(returns=("J",), plot=("J",))
def softmax_jacobian(a: np.ndarray) -> np.ndarray:
    """Return the (n, n) matrix of dp_i/da_j, where p = softmax(a) and a are logits, shape (n,)."""
    raise NotImplementedError


@exercise.starter(returns=("da",))
def softmax_backward(p: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """Return dL/da, shape (m, n), from the probabilities p and upstream = dL/dp, both (m, n), one sample a row."""
    raise NotImplementedError


@exercise.reference(softmax)
def by_torch(a):
    return a.softmax(0)


@exercise.reference(softmax_jacobian)
def by_autograd(a):
    return jacobian(lambda a: a.softmax(0), a)


@exercise.reference(softmax_backward)
def by_autograd_from_logits(p, upstream):
    return gradients(lambda a: a.softmax(1), p.log(), upstream=upstream)[0]


@exercise.graph(softmax, softmax_jacobian, softmax_backward)
def forward(a):
    e = exp(a)
    s = sum(e)
    p = e / s
    return p


@exercise.check(points=1, public=True)
def probabilities(draw):
    """softmax gives the probabilities"""
    yield softmax(tensor([1.0, 2.0, 3.0], dtype=torch.float64))
    yield softmax(draw.tensor(4))
    yield softmax(draw.tensor(1))


@exercise.check(points=1)
def large_logits(draw):
    """softmax gives the probabilities of large logits too"""
    yield softmax(tensor([1000.0, 0.0, -1000.0], dtype=torch.float64))
    yield softmax(-1000 + draw.tensor(4))
    yield softmax(800 + draw.tensor(3))


@exercise.check(points=2, public=True)
def small_jacobian(draw):
    """the Jacobian agrees with the one worked out by hand"""
    yield softmax_jacobian(tensor([2.0, 1.0, 5.0], dtype=torch.float64).log())
    yield softmax_jacobian(draw.tensor(3))


@exercise.check(points=2)
def any_jacobian(draw):
    """the Jacobian is right for any number of classes, one included"""
    for n in (1, 2, 5):
        yield softmax_jacobian(draw.tensor(n))


@exercise.check(points=2)
def batch(draw):
    """goes backward through a batch, each row by itself"""
    for m, n in ((1, 3), (4, 3), (2, 5)):
        yield softmax_backward(draw.probabilities(m, n), draw.tensor(m, n))


@exercise.check(points=1)
def square_batch(draw):
    """goes backward through a batch with as many samples as classes"""
    for n in (3, 4):
        yield softmax_backward(draw.probabilities(n, n), draw.tensor(n, n))


@exercise.check(points=1)
def read_only_views(draw):
    """works on read-only and non-contiguous inputs"""
    yield through_views(softmax, draw.tensor(4))
    yield through_views(softmax_jacobian, draw.tensor(4))
    yield through_views(softmax_backward, draw.probabilities(3, 4), draw.tensor(3, 4))


@exercise.law(softmax)
def sums_to_one(a, p):
    """Probabilities are positive and sum to one; yours do not."""
    return bool((p >= 0).all()) and abs(p.sum() - 1) < 1e-9


@exercise.law(softmax_jacobian)
def rows_sum_to_zero(a, J):
    """Adding one constant to every $a_j$ leaves $p$ alone, so each row of the Jacobian sums to zero; yours do not."""
    return J.sum(1).abs().max() < 1e-9


@exercise.law(softmax_jacobian)
def symmetric(a, J):
    """$a_j$ pulls on $p_i$ as strongly as $a_i$ on $p_j$: the Jacobian is symmetric; yours is not."""
    return (J - J.transpose(0, 1)).abs().max() < 1e-9


@exercise.law(softmax_backward)
def gradient_sums_to_zero(p, upstream, da):
    """Adding one constant to all logits of a row changes nothing, so each row of $\\partial L/\\partial a$ sums to
    zero; yours do not."""
    return da.sum(1).abs().max() < 1e-9


@exercise.misconception("M01", softmax_jacobian, edge=("e", "s"))
def diagonal_only(a):
    """You used only $\\partial p_i/\\partial a_i$. But every $a_j$ stands in the denominator of $p_i$: does $p_i$
    stay where it is when another logit moves?"""
    p = a.softmax(0)
    return torch.diag(p * (1 - p))


@exercise.misconception("M01", softmax_jacobian, edge=("e", "s"))
def derivative_as_vector(a):
    """You return one derivative for each output. With $n$ outputs and $n$ inputs, how many pairs "this output, that
    input" are there?"""
    p = a.softmax(0)
    return p * (1 - p)


@exercise.misconception("M01", softmax_backward, edge=("e", "s"))
def backward_diagonal_only(p, upstream):
    """Each logit got only the upstream gradient of its own probability. Which other probabilities move when $a_j$
    moves, and through what?"""
    return upstream * p * (1 - p)


@exercise.misconception("M02", softmax_jacobian)
def summed_away(a):
    """You summed the Jacobian along an axis, and everything cancelled. Which question does each single entry
    answer, and what is left of it in the sum?"""
    return by_autograd(a).sum(0)


@exercise.misconception("M03", softmax_jacobian)
def fused_jacobian(a):
    """This is $p$ minus a one-hot label: the gradient of a cross-entropy loss. Is there a label, or a loss, in
    $\\partial p_i/\\partial a_j$?"""
    return a.softmax(0) - torch.eye(len(a))


@exercise.misconception("M03", softmax_backward)
def fused_backward(p, upstream):
    """You subtract as if `upstream` were the labels of a cross-entropy loss. Here it is $\\partial L/\\partial p$
    of any loss: how does a gradient pass through a node?"""
    return p - upstream


@exercise.misconception("M04", softmax_jacobian, edge=("a", "e"))
def logits_taken_as_probabilities(a):
    """Your formula is one for probabilities, and you put the argument itself into it. Do the entries of `a` sum to
    one? What are they?"""
    return torch.diag(a) - torch.outer(a, a)


@exercise.misconception("M04", softmax_backward, edge=("a", "e"))
def probabilities_taken_as_logits(p, upstream):
    """You apply softmax to `p`. Read again what `p` is: has that step not been taken already?"""
    return by_autograd_from_logits(p.softmax(1), upstream)


@exercise.misconception("M05", softmax_jacobian, edge=("a", "e"))
def softmax_twice(a):
    """Softmax was applied twice on the way: once by you, once more by the function that you handed the result to.
    Which of the two wants logits?"""
    return by_autograd(a.softmax(0))


@exercise.misconception("M06", softmax, edge=("a", "e"))
def overflows(a):
    """Right, until $e^{a}$ leaves the range of floating-point numbers. $p$ stays the same when one constant is
    subtracted from all logits: which constant keeps $e^a$ small?"""
    return a.exp() / a.exp().sum()


@exercise.misconception("M06", softmax, edge=("a", "e"))
def overflow_raises(a):
    """Right, until `math.exp` raises OverflowError. $p$ stays the same when one constant is subtracted from all
    logits: which constant keeps $e^a$ small?"""
    if a.max() > 709:
        raise OverflowError
    return a.exp() / a.exp().sum()


@exercise.misconception("M06", softmax, edge=("e", "s"))
def raises_at_both_ends(a):
    """Right, until `math.exp` raises OverflowError for large logits, and division by zero for very negative ones, where
    every $e^a$ is rounded to 0. $p$ stays the same when one constant is subtracted from all logits: which one helps at
    both ends?"""
    if not a.exp().sum():
        raise ZeroDivisionError
    return overflow_raises(a)


@exercise.misconception("M07", softmax_backward, edge=("e", "s"))
def sum_over_whole_batch(p, upstream):
    """One sum was taken over the whole batch. Which samples should the gradient of one sample know about?"""
    return p * (upstream - (p * upstream).sum())


@exercise.misconception("M07", softmax_backward, edge=("e", "s"))
def sum_down_the_columns(p, upstream):
    """The sum runs down the columns, over the samples. Along which axis do the entries of `p` sum to one?"""
    return p * (upstream - (p * upstream).sum(0))


@exercise.misconception("M07", softmax_backward, edge=("e", "s"))
def sum_of_another_row(p, upstream):
    """A sum of shape (m,) was lined up with the columns: with a square batch nothing complains, and sample $j$'s
    sum lands in column $j$. Which shape lines it up with the rows?"""
    return p * (upstream - (p * upstream).sum(1))
