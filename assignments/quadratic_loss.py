r"""# Three gradients at once: the loss of a parabola

The model bends: $\hat y = w_1 x^2 + w_2 x + b$, with $w_1$ at $x^2$ and $w_2$ at $x$. Its loss on one sample is

$$L = r^2, \qquad r = \hat y - y = w_1 x^2 + w_2 x + b - y ,$$

prediction minus target, **with** $b$ and without $\tfrac12$.

Write `gradient(x, y, w1, w2, b)`, which returns `(dw1, dw2, db)`, the derivatives of $L$ with respect to the parameters, all
single numbers (float64). The way back is shared as far as $\hat y$, and then parts:

$$\frac{\partial L}{\partial \theta} = \frac{\partial L}{\partial r} \cdot \frac{\partial r}{\partial \hat y}
  \cdot \frac{\partial \hat y}{\partial \theta}, \qquad \theta \in \{w_1, w_2, b\} .$$

Derive the factors by hand. Automatic differentiation and finite differences are refused: deriving is the exercise.

**Worked example.** For $x = 1.5$, $y = -0.2$, $w_1 = 0.7$, $w_2 = -0.4$, $b = 0.3$: $\hat y = 1.575 - 0.6 + 0.3 = 1.275$
and $r = 1.475$. The shared part is $2.95$; the last factors are $2.25$, $1.5$ and $1$, so the gradients are
$(6.6375,\ 4.425,\ 2.95)$. Beware of samples with $x = 1$: there the three last factors are all 1, and many wrong programs look right.

**Points** (5). 1 for the worked example, 2 for `dw1`, 1 each for `dw2` and `db`. One wrong gradient of three leaves the other
two their points.
"""

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=6, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("dw1", "dw2", "db"))
def gradient(x: float, y: float, w1: float, w2: float, b: float) -> tuple[float, float, float]:
    """Return (dw1, dw2, db), the gradients of (w1 * x**2 + w2 * x + b - y)**2."""
    raise NotImplementedError


@exercise.reference(gradient)
def by_autograd(x, y, w1, w2, b):
    return gradients(lambda w1, w2, b: (w1 * x * x + w2 * x + b - y) ** 2, w1, w2, b)


@exercise.graph(gradient)
def forward(x, y, w1, w2, b):
    square = x**2
    curved = w1 * square
    straight = w2 * x
    y_hat = curved + straight + b
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield gradient(1.5, -0.2, 0.7, -0.4, 0.3)
    yield gradient(1.0, 2.0, 1.0, 1.0, 1.0)


@exercise.check(points=2, part="dw1")
def curved_weight(draw):
    """dw1: the weight at x², where the parameters are small and where they are large"""
    yield from (gradient(*_sample(draw)) for _ in range(3))
    yield from (gradient(*draw.tensor(2).tolist(), *draw.tensor(3, low=3e3, high=1e4).tolist()) for _ in range(3))


@exercise.check(points=1, part="dw2")
def straight_weight(draw):
    """dw2: the weight at x"""
    yield from (gradient(*_sample(draw)) for _ in range(3))


@exercise.check(points=1, part="db")
def bias(draw):
    """db: the bias"""
    yield from (gradient(*_sample(draw)) for _ in range(3))


def _sample(draw):
    x, w1, w2, b = draw.tensor(4).tolist()
    return x, w1 * x**2 + w2 * x + b - draw.number(), w1, w2, b  # the residual is never near 0


@exercise.law(gradient)
def powers_of_x(x, y, w1, w2, b, answer):
    """Where the gradients part, they differ by a factor: $dw_1 = x \\cdot dw_2$ and $dw_2 = x \\cdot db$."""
    dw1, dw2, db = answer.tolist() if hasattr(answer, "tolist") else map(float, answer)
    return abs(dw1 - x * dw2) < 1e-9 * abs(dw1) and abs(dw2 - x * db) < 1e-9 * abs(dw2)


def _weighed(w1_by, w2_by, b_by, x, y, w1, w2, b):
    r = w1 * x**2 + w2 * x + b - y
    return w1_by * r * x**2, w2_by * r * x, b_by * r


@exercise.misconception("M12", gradient, edge=("r", "loss"))
def no_factor_two(*sample):
    """A factor is missing in all three. What is the derivative of $r^2$ with respect to $r$?"""
    return _weighed(1, 1, 1, *sample)


@exercise.misconception("M12", gradient, edge=("curved", "y_hat"))
def no_factor_two_in_w1(*sample):
    """`dw2` and `db` are right, `dw1` lacks a factor. Did the 2 of $2r$ cancel against the exponent of $x^2$? $w_1$ stands beside $x^2$, so that one is only a number."""
    return _weighed(1, 2, 2, *sample)


@exercise.misconception("M12", gradient, edge=("straight", "y_hat"))
def no_factor_two_in_w2(*sample):
    """`dw1` and `db` are right, `dw2` lacks a factor. All three share the way back to $\\hat y$: what do the others carry from there?"""
    return _weighed(2, 1, 2, *sample)


@exercise.misconception("M12", gradient, edge=("b", "y_hat"))
def no_factor_two_in_b(*sample):
    """`dw1` and `dw2` are right, `db` lacks a factor. The bias enters with factor 1, but what does it share with the others?"""
    return _weighed(2, 2, 1, *sample)


@exercise.misconception("M14", gradient, edge=("y_hat", "r"))
def flipped_sign(*sample):
    """The sign is opposite in all three. Which of $\\hat y - y$ and $y - \\hat y$ did you differentiate, and what is $\\partial r/\\partial \\hat y$ there?"""
    return _weighed(-2, -2, -2, *sample)


@exercise.misconception("M33", gradient, edge=("curved", "y_hat"))
def inner_left_out(*sample):
    """All three are $\\partial L/\\partial \\hat y$. The way back goes on from there: how does $\\hat y$ move with each parameter?"""
    return (_weighed(2, 2, 2, *sample)[2],) * 3


@exercise.misconception("M34", gradient, edge=("b", "y_hat"))
def model_without_bias(x, y, w1, w2, b):
    """Your residual lacks $b$: these are gradients of another function. What does the sheet's $\\hat y$ add at the end?"""
    return _weighed(2, 2, 2, x, y, w1, w2, 0)


@exercise.misconception("M42", gradient, edge=("square", "curved"))
def power_rule_in_x(*sample):
    """In `dw1` the $x^2$ became $2x$: that is a derivative with respect to $x$. Which letter moves here, and what is $x^2$ to it?"""
    _, dw2, db = _weighed(2, 2, 2, *sample)
    return 2 * dw2, dw2, db


@exercise.misconception("M43", gradient, edge=("w1", "curved"))
def swapped_weights(x, y, w1, w2, b):
    """You gave $w_1$ to $x$ and $w_2$ to $x^2$, as other courses do. Which goes with which on this sheet?"""
    dw2, dw1, db = _weighed(2, 2, 2, x, y, w2, w1, b)
    return dw1, dw2, db
