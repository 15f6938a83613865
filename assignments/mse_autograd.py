r"""# Letting torch derive: a mean squared error, twice

From here on you may let the computer derive. A linear model with $k$ weights predicts $n$ numbers, and the loss is the
**mean** of the squared residuals, over the samples:

$$\hat y = x\,w, \qquad r = \hat y - y, \qquad L = \frac1n \sum_{i=1}^{n} r_i^2 .$$

| name | `x` | `y` | `w` | `dw` |
|---|---|---|---|---|
| shape | `(n, k)` | `(n,)` | `(k,)` | `(k,)` |

All of them are torch tensors of float64; `w` arrives without `requires_grad`. Write two functions, each of which returns
`dw`, the gradient $\partial L/\partial w$, in the way that its name says:

1. `by_grad(x, y, w)` asks `torch.autograd.grad(loss, …)` for it. What is the form of the thing that this gives back?
2. `by_backward(x, y, w)` calls `loss.backward()` and finds it in `.grad`.

**Every call answers for itself.** The judge calls each function two times in a row with the same three tensors (see the
given `twice`), as a training loop does, and wants the same gradient both times. Find out what `backward()` does to a `.grad`
that is not empty, and think of the tensor `w`: it is the same object at the second call, and keeps what you did to it
at the first.

**Worked example.** $x$ has the rows $1.5$ and $-0.5$, $y = (-0.2,\ 1)$, $w = 0.7$. Then $\hat y = (1.05,\ -0.35)$,
$r = (1.25,\ -1.35)$ and $L = \tfrac12 (1.5625 + 1.8225) = 1.6925$. By hand,

$$\frac{\partial L}{\partial w} = \frac12 \left( 2 \cdot 1.25 \cdot 1.5 + 2 \cdot (-1.35) \cdot (-0.5) \right) = 2.55 .$$

The smallest case of all is $x = 1$, $w = 2$, $y = 1$, where the gradient is 2. Both calls of both functions must agree with
your own pencil before you trust them with more weights.

**Allowed** is all that torch offers; nothing is forbidden here. What is practised is asking torch the right question.

**Points** (10): the example 1. `by_grad`: one sample 1, many samples 2, the second call 1. `by_backward`: one sample 1,
many samples 2, the second call 2.
"""

from torch import tensor

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="autograd", order=10, profile="torch")


@exercise.given(returns=("first", "second"))
def twice(function, x, y, w):
    """Call `function` two times in a row with the same tensors, and note what each call gave at once."""
    x, y, w = x.clone(), y.clone(), w.clone()
    noted = []
    for _ in range(2):
        dw = function(x, y, w)
        noted.append(dw if dw is None else dw * 1)  # a copy, for w.grad goes on changing
    return tuple(noted)


@exercise.starter(returns=("dw",))
def by_grad(x, y, w):
    """Return dL/dw, shape (k,), by torch.autograd.grad, where L = mean((x @ w - y)**2)."""
    raise NotImplementedError


@exercise.starter(returns=("dw",))
def by_backward(x, y, w):
    """Return dL/dw, shape (k,), by backward(), where L = mean((x @ w - y)**2)."""
    raise NotImplementedError


@exercise.reference(by_grad)
@exercise.reference(by_backward)
def by_oracle(x, y, w):
    return gradients(lambda w: (x @ w - y).square().mean(), w)[0]


@exercise.graph(twice)
def network(x, y, w):
    y_hat = x @ w
    r = y_hat - y
    L = (r**2).mean()
    return L


@exercise.check(points=1, public=True)
def worked_example(draw):
    """both functions agree with the example worked by hand, at both calls"""
    for function in (by_grad, by_backward):
        yield twice(function, *(tensor(value).double() for value in ([[1.5], [-0.5]], [-0.2, 1.0], [0.7])))
        yield twice(function, *(tensor(value).double() for value in ([[1.0]], [1.0], [2.0])))


def asked(function, draw, *sizes):
    for n, k in sizes:
        x, w = draw.tensor(n, k), draw.tensor(k)
        yield twice(function, x, x @ w - draw.tensor(n), w)  # no residual is near 0


ONE, MANY = ((1, 1), (1, 4)), ((5, 3), (3, 3), (4, 1), (2, 5))


@exercise.check(points=1, part="first")
def one_sample_by_grad(draw):
    """by_grad: a single sample"""
    yield from asked(by_grad, draw, *ONE)


@exercise.check(points=2, part="first")
def many_samples_by_grad(draw):
    """by_grad: many samples and weights"""
    yield from asked(by_grad, draw, *MANY)


@exercise.check(points=1, part="second", after=(one_sample_by_grad,))
def again_by_grad(draw):
    """by_grad: the second of two calls in a row"""
    yield from asked(by_grad, draw, *ONE, *MANY)


@exercise.check(points=1, part="first")
def one_sample_by_backward(draw):
    """by_backward: a single sample"""
    yield from asked(by_backward, draw, *ONE)


@exercise.check(points=2, part="first")
def many_samples_by_backward(draw):
    """by_backward: many samples and weights"""
    yield from asked(by_backward, draw, *MANY)


@exercise.check(points=2, part="second", after=(one_sample_by_backward,))
def again_by_backward(draw):
    """by_backward: the second of two calls in a row"""
    yield from asked(by_backward, draw, *ONE, *MANY)


@exercise.law(twice)
def same_again(function, x, y, w, found):
    """Nothing changes between the two calls, so both give the same gradient; yours differ."""
    return bool((found[0] - found[1]).abs().max() < 1e-9)


@exercise.misconception("M21", by_backward)
def never_zeroed(x, y, w):
    """The second call gives the first gradient once more on top. `backward()` adds to `.grad`: what has to become of the old
    one before?"""
    w.requires_grad_()
    (x @ w - y).square().mean().backward()
    return w.grad


@exercise.misconception("M21", by_backward)
def zeroed_before_it_is_read(x, y, w):
    """You empty `.grad` after `backward()`, and return the very tensor that you have just filled with zeros. When is the old
    gradient of no more use?"""
    return 0 * by_oracle(x, y, w)


@exercise.misconception("M13", by_grad, edge=("r", "L"))
@exercise.misconception("M13", by_backward, edge=("r", "L"))
def sum_for_mean(x, y, w):
    """This is the gradient of the *sum* of the squares. What would happen to your gradient, and what to $L$, if every sample
    were handed in twice?"""
    return gradients(lambda w: (x @ w - y).square().sum(), w)[0]


@exercise.misconception("M13", by_grad, edge=("r", "L"))
@exercise.misconception("M13", by_backward, edge=("r", "L"))
def averaged_twice(x, y, w):
    """The mean was taken twice: it is divided by $n$ once more than it should be. Which of your steps already does it?"""
    return by_oracle(x, y, w) / len(y)


@exercise.misconception("M20", by_grad, edge=("y", "r"))
@exercise.misconception("M20", by_backward, edge=("y", "r"))
def every_prediction_against_every_target(x, y, w):
    """A column of $n$ predictions less a row of $n$ targets is an $(n, n)$ table: every prediction is compared with every target.
    Which shapes do your two have?"""
    return gradients(lambda w: ((x @ w)[:, None] - y).square().mean(), w)[0]


@exercise.misconception("M24", by_grad, edge=("y", "r"))
@exercise.misconception("M24", by_backward, edge=("y", "r"))
def loss_without_target(x, y, w):
    """This is the gradient of the mean of $\\hat y^2$. Where did the target $y$ go?"""
    return gradients(lambda w: (x @ w).square().mean(), w)[0]


@exercise.misconception("M24", by_grad, edge=("r", "L"))
@exercise.misconception("M24", by_backward, edge=("r", "L"))
def mean_then_square(x, y, w):
    """You took the mean first and squared it then, so that a residual of 1 and one of −1 make no loss at all. In which order does
    the sheet do it?"""
    return gradients(lambda w: (x @ w - y).mean().square(), w)[0]
