r"""# Two gradients at once: the loss of a line

The model has a weight and a **bias**: $\hat y = w x + b$. Its loss on one sample $(x, y)$ is

$$L = r^2, \qquad r = \hat y - y = w x + b - y ,$$

prediction minus target, **with** $b$ and without $\tfrac12$. (Some slides print this loss without $b$. Then $b$ could never learn.)

Write `gradient(x, y, w, b)`, which returns `(dw, db)`, the derivatives of $L$ with respect to the weight and the bias. All
arguments and results are single numbers (float64). Back from the loss to $\hat y$ there is one way, and there it forks:

$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial r} \cdot \frac{\partial r}{\partial \hat y}
  \cdot \frac{\partial \hat y}{\partial w}, \qquad
  \frac{\partial L}{\partial b} = \frac{\partial L}{\partial r} \cdot \frac{\partial r}{\partial \hat y}
  \cdot \frac{\partial \hat y}{\partial b} .$$

Derive the factors by hand. Automatic differentiation and finite differences are refused: deriving is the exercise.

**Worked example.** For $x = 1.5$, $y = -0.2$, $w = 0.7$, $b = 0.3$: $\hat y = 1.05 + 0.3 = 1.35$ and $r = 1.55$. The shared
part is $3.1$; the last factors are $1.5$ and $1$, so the gradients are $(4.65,\ 3.1)$. Beware of samples with $x = 1$:
there both gradients are equal, and whoever confuses them does not notice.

**Points** (5). 1 for the worked example, 2 each for `dw` and `db`.
"""

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=3, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("dw", "db"))
def gradient(x: float, y: float, w: float, b: float) -> tuple[float, float]:
    """Return (dw, db), the gradients of (w * x + b - y)**2."""
    raise NotImplementedError


@exercise.reference(gradient)
def by_autograd(x, y, w, b):
    return gradients(lambda w, b: (w * x + b - y) ** 2, w, b)


@exercise.graph(gradient)
def forward(x, y, w, b):
    product = w * x
    y_hat = product + b
    r = y_hat - y
    loss = r**2
    return loss


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield gradient(1.5, -0.2, 0.7, 0.3)
    yield gradient(1.0, 2.0, 1.0, 2.0)


@exercise.check(points=2, part="dw")
def weight(draw):
    """dw: the weight, where the parameters are small and where they are large"""
    yield from (gradient(*_sample(draw)) for _ in range(3))
    yield from (gradient(*draw.tensor(2).tolist(), *draw.tensor(2, low=3e3, high=1e4).tolist()) for _ in range(3))


@exercise.check(points=2, part="db")
def bias(draw):
    """db: the bias"""
    yield from (gradient(*_sample(draw)) for _ in range(3))


def _sample(draw):
    x, w, b = draw.tensor(3).tolist()
    return x, w * x + b - draw.number(), w, b  # the residual is never near 0


@exercise.law(gradient)
def fork(x, y, w, b, answer):
    """Where the way forks, the two differ by a factor: $dw = x \\cdot db$."""
    dw, db = map(float, answer)
    return abs(dw - x * db) < 1e-9 * abs(dw)


def _weighed(w_by, b_by, x, y, w, b):
    r = w * x + b - y
    return w_by * r * x, b_by * r


@exercise.misconception("M12", gradient, edge=("r", "loss"))
def no_factor_two(*sample):
    """A factor is missing in both. What is the derivative of $r^2$ with respect to $r$?"""
    return _weighed(1, 1, *sample)


@exercise.misconception("M12", gradient, edge=("product", "y_hat"))
def no_factor_two_in_w(*sample):
    """`db` is right, `dw` lacks a factor. Both come back to $\\hat y$ by the same way: what does `db` carry from there that `dw` has lost?"""
    return _weighed(1, 2, *sample)


@exercise.misconception("M12", gradient, edge=("b", "y_hat"))
def no_factor_two_in_b(*sample):
    """`dw` is right, `db` lacks a factor. $b$ enters with factor 1, but what does it share with the weight before that?"""
    return _weighed(2, 1, *sample)


@exercise.misconception("M14", gradient, edge=("y_hat", "r"))
def flipped_sign(*sample):
    """The sign is opposite in both. Which of $\\hat y - y$ and $y - \\hat y$ did you differentiate, and what is $\\partial r/\\partial \\hat y$ there?"""
    return _weighed(-2, -2, *sample)


@exercise.misconception("M24", gradient, edge=("y", "r"))
def loss_without_target(x, y, w, b):
    """These are the slopes of $(w x + b)^2$. Where did the target $y$ go?"""
    return _weighed(2, 2, x, 0, w, b)


@exercise.misconception("M33", gradient, edge=("w", "product"))
def inner_left_out(*sample):
    """Both are $\\partial L/\\partial \\hat y$. For one of them the way goes on: how does $\\hat y$ move with $w$?"""
    return (_weighed(2, 2, *sample)[1],) * 2


@exercise.misconception("M34", gradient, edge=("b", "y_hat"))
def model_without_bias(x, y, w, b):
    """Your residual lacks $b$: these are gradients of another function. What does the sheet's $\\hat y$ add at the end?"""
    return _weighed(2, 2, x, y, w, 0)


@exercise.misconception("M34", gradient, edge=("b", "y_hat"))
def bias_multiplied(x, y, w, b):
    """You differentiated the loss of $w \\cdot x \\cdot b$. What does the bias do to $w x$ on this sheet?"""
    r = w * x * b - y
    return 2 * r * x * b, 2 * r * w * x


@exercise.misconception("M42", gradient, edge=("w", "product"))
def slope_in_x(x, y, w, b):
    """`db` is right, but `dw` is $\\partial L/\\partial x$. Training moves the weight and not the sample: which factor stays in front of $w$?"""
    db = _weighed(2, 2, x, y, w, b)[1]
    return db * w, db


@exercise.misconception("M42", gradient, edge=("b", "y_hat"))
def bias_through_x(*sample):
    """`dw` is right, and `db` is the same number. Does $x$ stand in front of $b$?"""
    return (_weighed(2, 2, *sample)[0],) * 2
