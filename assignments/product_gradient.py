r"""# The gradient of a product

The smallest computational graph there is: one multiplication,

$$f = x \cdot w .$$

Going backward, something further on has already worked out how the loss $L$ changes with $f$: the
*upstream* gradient $g = \partial L / \partial f$. The node multiplies it by its local derivatives:

$$\frac{\partial L}{\partial x} = g \cdot \frac{\partial f}{\partial x}, \qquad
  \frac{\partial L}{\partial w} = g \cdot \frac{\partial f}{\partial w}.$$

Write `product_backward(x, w, upstream)`, which returns the pair `(dx, dw)`. All three are single
numbers (float64). Derive the two local derivatives by hand: automatic differentiation and finite
differences are refused, because the derivation is the exercise.

**Worked example.** For $x = 1.5$, $w = -0.5$ and $g = 2$: $\partial f/\partial x = w = -0.5$, so
$dx = 2 \cdot (-0.5) = -1$; $\partial f/\partial w = x = 1.5$, so $dw = 2 \cdot 1.5 = 3$.

**Points** (6). 1 for the worked example and its neighbour $x = 2$, $w = 3$; 2 for upstream 1, 2 for any upstream, 1 for
large numbers. Whoever knows the local derivatives and forgets the upstream gradient still earns those of upstream 1.
"""

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="by hand", order=1, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("dx", "dw"))
def product_backward(x: float, w: float, upstream: float) -> tuple[float, float]:
    """Return (dx, dw), the gradients of the loss where f = x * w and upstream = dL/df."""
    raise NotImplementedError


@exercise.reference(product_backward)
def by_autograd(x, w, upstream):
    return gradients(lambda x, w: x * w, x, w, upstream=upstream)


@exercise.graph(product_backward)
def forward(x, w, upstream):
    f = x * w
    L = upstream * f
    return L


@exercise.check(points=1, public=True)
def worked_example(draw):
    """agrees with the example worked by hand"""
    yield product_backward(1.5, -0.5, 2.0)
    yield product_backward(2.0, 3.0, 1.0)


@exercise.check(points=2)
def local_derivatives(draw):
    """multiplies by the right local derivatives (upstream gradient 1)"""
    for _ in range(3):
        yield product_backward(draw.number(), draw.number(), 1.0)


@exercise.check(points=2)
def upstream_gradient(draw):
    """passes the upstream gradient on"""
    for _ in range(3):
        yield product_backward(draw.number(), draw.number(), draw.number())


@exercise.check(points=1)
def large_factors(draw):
    """stays exact where the factors are large"""
    for _ in range(3):
        yield product_backward(draw.number(3e3, 1e4), draw.number(3e3, 1e4), draw.number())


@exercise.misconception("M35", product_backward, edge=("x", "f"))
def own_value(x, w, upstream):
    """Each gradient was multiplied by its own variable. If only $x$ moves a little, what stays in front of it in $x \\cdot w$?"""
    return x * upstream, w * upstream


@exercise.misconception("M37", product_backward, edge=("f", "L"))
def no_upstream(x, w, upstream):
    """The upstream gradient was left out. Your local derivatives say how $f$ moves; how does $L$ move when $f$ does?"""
    return w, x


@exercise.misconception("M14", product_backward, edge=("f", "L"))
def flipped_sign(x, w, upstream):
    """Every gradient has the opposite sign. A gradient points uphill: where did the minus come from?"""
    return -w * upstream, -x * upstream
