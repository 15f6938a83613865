r"""# The loss of a line through the origin, node by node

A model with one weight predicts $\hat y = w x$; the squared residual measures how wrong it is on a sample $(x, y)$:

$$\hat y = x \cdot w, \qquad r = \hat y - y, \qquad L = r^2 .$$

The residual is *prediction minus target*, and there is **no** $\tfrac12$ in front of the square. Write two functions of
single numbers (float64):

* `forward(x, y, w)` returns `(y_hat, r, loss)`, the value at every node.
* `gradient(x, y, w)` returns `dw`: walk backward through the graph and multiply the local derivatives on the way,

$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial r} \cdot \frac{\partial r}{\partial \hat y} \cdot \frac{\partial \hat y}{\partial w} .$$

Derive the three factors by hand. Automatic differentiation and finite differences are refused: deriving is the exercise.

**Worked example.** For $x = 1.5$, $y = -0.2$, $w = 0.7$: $\hat y = 1.05$, $r = 1.05 + 0.2 = 1.25$, $L = 1.5625$.
Backward, the three factors are $2.5$, $1$ and $1.5$, so `dw` is $3.75$.

**Points** (7). 1 for the worked example; 1 each for $\hat y$, $r$ and $L$; 3 for `dw`. Each value of the way forward earns its
point by itself, whatever becomes of the way back.
"""

import torch

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=2, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("y_hat", "r", "loss"))
def forward(x: float, y: float, w: float) -> tuple[float, float, float]:
    """Return (y_hat, r, loss): the prediction x * w, the residual y_hat - y, and its square."""
    raise NotImplementedError


@exercise.starter(returns=("dw",))
def gradient(x: float, y: float, w: float) -> float:
    """Return dw, the derivative of the loss with respect to w."""
    raise NotImplementedError


@exercise.reference(forward)
def node_by_node(x, y, w):
    y_hat = torch.tensor(x, dtype=torch.float64) * w
    return y_hat, y_hat - y, (y_hat - y).square()


@exercise.reference(gradient)
def by_autograd(x, y, w):
    return gradients(lambda w: (x * w - y) ** 2, w)[0]


@exercise.graph(forward, gradient)
def graph(x, y, w):
    y_hat = x * w
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield from (function(*sample) for sample in [(1.5, -0.2, 0.7), (2.0, 4.0, 1.0)] for function in (forward, gradient))


@exercise.check(points=1, part="y_hat")
def prediction(draw):
    """forward: the prediction"""
    yield from (forward(*_sample(draw)) for _ in range(3))


@exercise.check(points=1, part="r")
def residual(draw):
    """forward: the residual, prediction minus target"""
    yield from (forward(*_sample(draw)) for _ in range(3))


@exercise.check(points=1, part="loss")
def squared(draw):
    """forward: the loss, without ½"""
    yield from (forward(*_sample(draw)) for _ in range(3))


@exercise.check(points=3)
def slope_of_the_loss(draw):
    """gradient: the derivative of the loss with respect to w, where w is small and where it is large"""
    yield from (gradient(*_sample(draw)) for _ in range(4))
    yield from (gradient(draw.number(), draw.number(), draw.number(3e3, 1e4)) for _ in range(3))


def _sample(draw):
    x, w = draw.number(), draw.number()
    return x, x * w - draw.number(), w  # the residual is never near 0


@exercise.law(forward)
def nodes_agree(x, y, w, answer):
    """The loss is the square of the residual, and residual and target add up to the prediction: $L = r^2$, $r + y = \\hat y$."""
    return torch.allclose(answer[2], answer[1] ** 2) and torch.allclose(answer[1] + y, answer[0])


@exercise.misconception("M14", forward, edge=("y_hat", "r"))
def target_minus_prediction(x, y, w):
    """Your residual is target minus prediction. The sheet subtracts the other way round; the square hides it here, but what does it do to the chain?"""
    return x * w, y - x * w, (y - x * w) ** 2


@exercise.misconception("M24", forward, edge=("y", "r"))
def predicts_without_target(x, y, w):
    """The target $y$ plays no part in your residual and loss. What is the prediction compared with?"""
    return x * w, x * w, (x * w) ** 2


@exercise.misconception("M12", forward, edge=("r", "loss"))
def halved_loss(x, y, w):
    """Your loss has a $\\tfrac12$ in front. Many courses write it so; this sheet does not, so what does the derivative of $r^2$ keep?"""
    return x * w, x * w - y, (x * w - y) ** 2 / 2


@exercise.misconception("M12", gradient, edge=("r", "loss"))
def no_factor_two(x, y, w):
    """A factor is missing everywhere. What is the derivative of $r^2$ with respect to $r$?"""
    return (x * w - y) * x


@exercise.misconception("M14", gradient, edge=("y_hat", "r"))
def flipped_sign(x, y, w):
    """The sign is opposite everywhere. Which of $\\hat y - y$ and $y - \\hat y$ did you differentiate, and what is $\\partial r/\\partial \\hat y$ there?"""
    return -2 * (x * w - y) * x


@exercise.misconception("M24", gradient, edge=("y", "r"))
def loss_without_target(x, y, w):
    """This is the slope of $(x w)^2$. Where did the target $y$ go?"""
    return 2 * (x * w) * x


@exercise.misconception("M33", gradient, edge=("w", "y_hat"))
def inner_left_out(x, y, w):
    """You stopped at the prediction: this is $\\partial L/\\partial \\hat y$. One more step back: how does $\\hat y$ move with $w$?"""
    return 2 * (x * w - y)


@exercise.misconception("M42", gradient, edge=("w", "y_hat"))
def slope_in_x(x, y, w):
    """This is $\\partial L/\\partial x$. Training moves the weight and not the sample: which factor stays in front of $w$?"""
    return 2 * (x * w - y) * w
