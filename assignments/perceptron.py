r"""# One sigmoid unit

A perceptron with a sigmoid: it weighs the $k$ entries of one sample, adds up, and bends the sum. Its output is compared
with a target $y$:

$$z = x\,w^{\mathsf T}, \qquad o = \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad r = o - y, \qquad L = \operatorname{mean}(r^2) .$$

| name | `x` | `w` | `y` | $z$, $o$, $r$ | `dw` |
|---|---|---|---|---|---|
| shape | `(1, k)` | `(1, k)` | a number | `(1, 1)` | `(1, k)` |

The sample is a row, and so are the weights. There is one output, so the mean is over one number; there is no $\tfrac12$.

Write `gradient(x, w, y)`, which returns `dw`, the derivative of $L$ with respect to each weight, shape `(1, k)`, float64.
Go back through the graph node by node:

$$\frac{\partial L}{\partial w_i} = \frac{\partial L}{\partial r} \cdot \frac{\partial r}{\partial o} \cdot
  \frac{\partial o}{\partial z} \cdot \frac{\partial z}{\partial w_i} .$$

The first three factors are the same for all weights. Multiplied together they are called the *delta* of the unit; the last
factor is the only one that knows which weight it is about.

**Worked example.** $x = (1.5,\ -0.5)$, $w = (0.8,\ 0.4)$, $y = 0.2$. Forward: $z = 1.2 - 0.2 = 1$, $o = 0.731059$,
$r = 0.531059$. Backward: $\partial L/\partial r = 2 \cdot 0.531059 = 1.062117$. The sigmoid's slope at $z = 1$ is
$0.731059 \cdot 0.268941 = 0.196612$, so the delta is $1.062117 \cdot 0.196612 = 0.208825$. With $\partial z/\partial w = x$,
`dw` is $(0.313237,\ -0.104412)$.

**Not allowed:** automatic differentiation and finite differences. The four factors are the exercise.

**Points** (7): the example 1; one input 2; several inputs 4.
"""

from torch import sigmoid, tensor

from grader.exercise import Exercise

from .perceptrons import backward, gradient_of_mean_square, sigmoid_again, weights_along_the_sample

exercise = Exercise(__name__, chapter="networks", order=12, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("dw",))
def gradient(x, w, y: float):
    """Return dw, shape (1, k), the gradient of mean((sigmoid(x @ w.T) - y)**2); x and w have shape (1, k)."""
    raise NotImplementedError


exercise.reference(gradient)(gradient_of_mean_square)


@exercise.graph(gradient)
def unit(x, w, y):
    z = x @ w.T
    o = sigmoid(z)
    r = o - y
    L = (r**2).mean()
    return L


def drawn(draw, k):
    """A unit that is not saturated, on either side of its target."""
    return gradient(draw.tensor(1, k, high=1.8), draw.tensor(1, k, low=0.2, high=0.9), abs(draw.number(0.05, 0.9)))


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield gradient(tensor([[1.5, -0.5]]).double(), tensor([[0.8, 0.4]]).double(), 0.2)
    yield gradient(tensor([[-1.2, 0.5, 2.0]]).double(), tensor([[0.6, -0.4, 0.3]]).double(), 0.9)


@exercise.check(points=2)
def one_input(draw):
    """a unit with one input"""
    yield from (drawn(draw, 1) for _ in range(4))


@exercise.check(points=4)
def several_inputs(draw):
    """units with several inputs"""
    yield from (drawn(draw, k) for k in (2, 3, 4, 5))


@exercise.law(gradient)
def along_the_sample(x, w, y, dw):
    """All weights share one delta, so `dw` is a multiple of the sample: $\\partial L/\\partial w_i = \\delta \\, x_i$; yours is not."""
    return weights_along_the_sample(dw, x)


@exercise.misconception("M05", gradient, edge=("z", "o"))
def slope_of_the_sum(x, w, y):
    """$z(1 - z)$ is the slope where $z$ is what the sigmoid has put *out*. Which of your two numbers is that?"""
    return backward(x, w, y, slope=lambda z, o: z * (1 - z))


@exercise.misconception("M05", gradient, edge=("z", "o"))
def sigmoid_twice(x, w, y):
    """A slope that applies the sigmoid by itself was handed the output, which has been through one already. How many
    sigmoids are there in the graph?"""
    return backward(x, w, y, slope=sigmoid_again)


@exercise.misconception("M12", gradient, edge=("r", "L"))
def no_factor_two(x, w, y):
    """A factor is missing everywhere. What is the derivative of $r^2$ with respect to $r$?"""
    return backward(x, w, y, factor=1)


@exercise.misconception("M13", gradient, edge=("r", "L"))
def averaged_over_inputs(x, w, y):
    """You divided by the number of inputs. The mean in $L$ is taken over the outputs: how many are there?"""
    return backward(x, w, y, factor=2 / x.shape[1])


@exercise.misconception("M14", gradient, edge=("o", "r"))
def flipped_sign(x, w, y):
    """Every entry has the opposite sign. Which of $o - y$ and $y - o$ did you differentiate, and what is $\\partial r/\\partial o$
    there?"""
    return backward(x, w, y, factor=-2)


@exercise.misconception("M33", gradient, edge=("z", "o"))
def slope_left_out(x, w, y):
    """You went from the output straight to the weights. Which node lies between $o$ and $z$, and what is its slope?"""
    return backward(x, w, y, slope=lambda z, o: 1)


@exercise.misconception("M42", gradient, edge=("w", "z"))
def slope_in_x(x, w, y):
    """This is $\\partial L/\\partial x$. Training moves the weights and not the sample: which factor stays in front of $w_i$ in $z$?"""
    return backward(w, x, y)
