r"""# The chain rule, edge by edge and path by path

Two affine steps, one after the other, all of them single numbers:

$$y_1 = x \cdot w_1 + b_1, \qquad y_2 = y_1 \cdot w_2 + b_2 .$$

Draw the graph: five inputs, two results, six edges. An **edge** from $u$ to $v$ carries the local derivative
$\partial v/\partial u$: how $v$ moves when $u$ alone moves, of all that stands in the formula of $v$. A **path** from an
input to the end carries the product of its edges. What an input does to the end is the sum over all paths that lead there.

Write three functions (numbers and arrays are float64):

1. `edges(x, w1, b1, w2, b2)` returns the table of all edges, a dict of dicts. `table[v][u]` is $\partial v/\partial u$:
   `{"y1": {"x": …, "w1": …, "b1": …}, "y2": {"y1": …, "w2": …, "b2": …}}`.
2. `paths(x, w1, b1, w2, b2)` returns `(dx, dw1, db1, dw2, db2)`: the derivatives of $y_2$ by all five inputs, each the
   product along its path. `dw1` is $\partial y_2/\partial w_1$.
3. `gradient(x, t, w1, b1, w2, b2)` returns `(dw1, db1, dw2, db2)`, the derivatives of a loss. The chain is three links longer,
   and there are $n$ samples: `x` and the targets `t` have shape `(n,)`; the parameters are numbers, the same for all samples.

$$o = \sigma(y_2) = \frac{1}{1 + e^{-y_2}}, \qquad r = o - t, \qquad L = \frac1n \sum_{s=1}^{n} r_s^2 .$$

Now every sample is a path of its own from $w_1$ to $L$. The loss is a mean, without $\tfrac12$.

**Worked example.** $x = 1.5$, $w_1 = 0.6$, $b_1 = -0.2$, $w_2 = -1.2$, $b_2 = 0.5$. Forward, $y_1 = 0.7$ and $y_2 = -0.34$. The
path of $w_1$ has the edges $\partial y_1/\partial w_1 = x = 1.5$ and $\partial y_2/\partial y_1 = w_2 = -1.2$, so

$$\frac{\partial y_2}{\partial w_1} = \frac{\partial y_2}{\partial y_1} \cdot \frac{\partial y_1}{\partial w_1} = -1.2 \cdot 1.5 = -1.8 .$$

With one sample and $t = 0.9$ the chain goes on: $o = 0.415809$, $r = -0.484191$. The last three edges are $2r = -0.968381$,
$1$ and $o(1 - o) = 0.242912$. Together they are $-0.235231$, and $\partial L/\partial w_1 = -0.235231 \cdot (-1.8) = 0.423416$.

The lecture takes $x = 1$, $w_1 = w_2 = 2$, $b_1 = b_2 = 1$ and finds $\partial y_2/\partial w_1 = 2$. From that figure alone you could not
tell which of the weights it is.

**Not allowed:** automatic differentiation and finite differences.

**Points** (15): the example 1 for edges and paths, 1 for the loss; edges into $y_1$ 1, into $y_2$ 1; paths of $x$ 1, $w_1$ 1, $w_2$ 1,
all five 1; the loss with one sample 2, with many samples $w_1$ 1, $w_2$ 1, all four 3.
"""

from torch import sigmoid, tensor

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="networks", order=14, forbid=("autograd", "finite differences"))


@exercise.starter()
def edges(x: float, w1: float, b1: float, w2: float, b2: float) -> dict:
    """Return {"y1": {"x": …, "w1": …, "b1": …}, "y2": {"y1": …, "w2": …, "b2": …}}: the derivative along every edge."""
    raise NotImplementedError


@exercise.starter(returns=("dx", "dw1", "db1", "dw2", "db2"))
def paths(x: float, w1: float, b1: float, w2: float, b2: float) -> tuple:
    """Return (dx, dw1, db1, dw2, db2), the derivatives of y2: for each input the product along its path."""
    raise NotImplementedError


@exercise.starter(returns=("dw1", "db1", "dw2", "db2"))
def gradient(x, t, w1: float, b1: float, w2: float, b2: float) -> tuple:
    """Return (dw1, db1, dw2, db2), the derivatives of mean((sigmoid(y2) - t)**2); x and t have shape (n,)."""
    raise NotImplementedError


def affine(x, w, b):
    return x * w + b


def chain(x, w1, b1, w2, b2):
    return affine(affine(x, w1, b1), w2, b2)


@exercise.reference(edges)
def edges_by_autograd(x, w1, b1, w2, b2):
    into_y1 = gradients(affine, x, w1, b1)
    into_y2 = gradients(affine, affine(x, w1, b1), w2, b2)
    return table(into_y1, into_y2)


def table(into_y1, into_y2):
    """The answer of `edges` from its two rows."""
    return {
        "y1": dict(zip(("x", "w1", "b1"), into_y1, strict=True)),
        "y2": dict(zip(("y1", "w2", "b2"), into_y2, strict=True)),
    }


@exercise.reference(paths)
def paths_by_autograd(*inputs):
    return gradients(chain, *inputs)


@exercise.reference(gradient)
def gradient_by_autograd(x, t, *parameters):
    return gradients(lambda *p: (sigmoid(chain(x, *p)) - t).square().mean(), *parameters)


@exercise.graph(edges, paths, gradient)
def graph(x, w1, b1, w2, b2, t):
    y1 = x * w1 + b1
    y2 = y1 * w2 + b2
    o = sigmoid(y2)
    r = o - t
    L = (r**2).mean()
    return L


BY_HAND = 1.5, 0.6, -0.2, -1.2, 0.5


def chains(function, draw):
    yield from (function(*(draw.number() for _ in range(5))) for _ in range(3))
    yield from (function(*(draw.number(30, 100) for _ in range(5))) for _ in range(2))


def samples(draw, *counts):
    for n in counts:
        parameters = (draw.number(0.3, 0.9) for _ in range(4))
        yield gradient(draw.tensor(n, high=1.8), draw.positive(n, low=0.05, high=0.95), *parameters)


@exercise.check(points=1, public=True)
def worked_example(draw):
    """edges and paths agree with the example worked by hand, and with the lecture's"""
    yield from (function(*BY_HAND) for function in (edges, paths))
    yield from (function(1.0, 2.0, 1.0, 2.0, 1.0) for function in (edges, paths))


@exercise.check(points=1, public=True)
def worked_loss(draw):
    """gradient agrees with the example worked by hand, and with one of two samples"""
    yield gradient(tensor([1.5]).double(), tensor([0.9]).double(), *BY_HAND[1:])
    yield gradient(tensor([1.5, -0.5]).double(), tensor([0.9, 0.2]).double(), *BY_HAND[1:])


@exercise.check(points=1, part="y1")
def edges_into_y1(draw):
    """edges: the three that lead to $y_1$"""
    yield from chains(edges, draw)


@exercise.check(points=1, part="y2")
def edges_into_y2(draw):
    """edges: the three that lead to $y_2$"""
    yield from chains(edges, draw)


@exercise.check(points=1, part="dx")
def path_of_x(draw):
    """paths: from $x$"""
    yield from chains(paths, draw)


@exercise.check(points=1, part="dw1")
def path_of_w1(draw):
    """paths: from $w_1$"""
    yield from chains(paths, draw)


@exercise.check(points=1, part="dw2")
def path_of_w2(draw):
    """paths: from $w_2$"""
    yield from chains(paths, draw)


@exercise.check(points=1)
def all_paths(draw):
    """paths: from all five inputs, the biases too"""
    yield from chains(paths, draw)


@exercise.check(points=2)
def one_sample(draw):
    """gradient: a single sample"""
    yield from samples(draw, 1, 1, 1)


@exercise.check(points=1, part="dw1")
def samples_w1(draw):
    """gradient: $w_1$, over many samples"""
    yield from samples(draw, 2, 5)


@exercise.check(points=1, part="dw2")
def samples_w2(draw):
    """gradient: $w_2$, over many samples"""
    yield from samples(draw, 2, 5)


@exercise.check(points=3)
def all_parameters(draw):
    """gradient: all four parameters, over many samples"""
    yield from samples(draw, 3, 5, 8)


@exercise.law(paths)
def factors_share_a_path(x, w1, b1, w2, b2, found):
    """$x$ and $w_1$ are factors of one product, so $x \\cdot \\partial y_2/\\partial x = w_1 \\cdot \\partial y_2/\\partial w_1$; not
    with your two."""
    return abs(x * found[0] - w1 * found[1]) <= 1e-9 * abs(x * w1 * w2)


@exercise.misconception("M35", edges, edge=("x", "y1"))
def own_values(x, w1, b1, w2, b2):
    """Each edge of a product carries its own variable. If only $x$ moves a little, what stays in front of it in $x \\cdot w_1$?"""
    return table((x, w1, 1), (affine(x, w1, b1), w2, 1))


@exercise.misconception("M40", edges, edge=("b1", "y1"))
def constant_bias(x, w1, b1, w2, b2):
    """Your edges from the biases carry 0, as if a bias could not move. If $b_1$ rises by a little, what does $y_1$ do?"""
    return table((w1, x, 0), (w2, affine(x, w1, b1), 0))


@exercise.misconception("M49", edges, edge=("y1", "y2"))
def path_for_edge(x, w1, b1, w2, b2):
    """In the row of $y_1$ you have whole paths, right up to $y_2$. An edge knows one formula only: which is that of $y_1$?"""
    return table((w1 * w2, x * w2, w2), (w2, affine(x, w1, b1), 1))


@exercise.misconception("M34", edges, edge=("b1", "y1"))
def edges_of_a_product(x, w1, b1, w2, b2):
    """Your edges are those of $x \\cdot w_1 \\cdot b_1$. How does the sheet bring the bias in?"""
    y1 = x * w1 * b1
    return table((w1 * b1, x * b1, x * w1), (w2 * b2, y1 * b2, y1 * w2))


@exercise.misconception("M37", paths, edge=("y1", "y2"))
def first_edge_only(x, w1, b1, w2, b2):
    """From $x$, $w_1$ and $b_1$ you went to $y_1$ and stopped. Which edge is left on the way to $y_2$?"""
    return w1, x, 1, affine(x, w1, b1), 1


@exercise.misconception("M41", paths, edge=("y1", "y2"))
def added_along_the_path(x, w1, b1, w2, b2):
    """You added the edges of a path. If $y_1$ moves three times as fast as $w_1$, and $y_2$ twice as fast as $y_1$, how fast
    does $y_2$ move?"""
    return w1 + w2, x + w2, 1 + w2, affine(x, w1, b1), 1


@exercise.misconception("M43", paths, edge=("y1", "y2"))
def first_weight_twice(x, w1, b1, w2, b2):
    """On the edge from $y_1$ to $y_2$ you have $w_1$. The lecture's numbers, where both weights are 2, do not show it: with which weight
    does $y_1$ go into $y_2$?"""
    return w1 * w1, x * w1, w1, affine(x, w1, b1), 1


@exercise.misconception("M34", paths, edge=("w2", "y2"))
def without_bias(x, w1, b1, w2, b2):
    """Your $\\partial y_2/\\partial w_2$ is $x \\cdot w_1$. What does $w_2$ multiply, all of it?"""
    return w1 * w2, x * w2, w2, x * w1, 1


@exercise.misconception("M34", paths, edge=("b1", "y1"))
def paths_of_a_product(x, w1, b1, w2, b2):
    """These are the derivatives of $x \\cdot w_1 \\cdot b_1 \\cdot w_2 \\cdot b_2$. How does the sheet bring the biases in?"""
    return w1 * b1 * w2 * b2, x * b1 * w2 * b2, x * w1 * w2 * b2, x * w1 * b1 * b2, x * w1 * b1 * w2


def walked(x, t, w1, b1, w2, b2, *, slope=lambda z, o: o * (1 - o), over=lambda path: path.mean()):
    """A right `gradient` by hand, path by path. The twists below replace one of its thoughts each."""
    y1 = affine(x, w1, b1)
    y2 = affine(y1, w2, b2)
    o = sigmoid(y2)
    delta = 2 * (o - t) * slope(y2, o)
    return tuple(over(path) for path in (delta * w2 * x, delta * w2, delta * y1, delta))


@exercise.misconception("M05", gradient, edge=("y2", "o"))
def slope_of_input(*arguments):
    """$z(1 - z)$ is the slope where $z$ is what the sigmoid has put *out*. Which of $y_2$ and $o$ is that?"""
    return walked(*arguments, slope=lambda z, o: z * (1 - z))


@exercise.misconception("M05", gradient, edge=("y2", "o"))
def sigmoid_twice(*arguments):
    """A slope that applies the sigmoid by itself was handed $o$, which has been through one already. How many are there on
    the path?"""
    return walked(*arguments, slope=lambda z, o: sigmoid(o) * (1 - sigmoid(o)))


@exercise.misconception("M33", gradient, edge=("y2", "o"))
def slope_left_out(*arguments):
    """One edge of every path is missing. You went from $o$ to $y_2$: what does that edge carry?"""
    return walked(*arguments, slope=lambda z, o: 1)


@exercise.misconception("M12", gradient, edge=("r", "L"))
def no_factor_two(*arguments):
    """A factor is missing everywhere. What is the derivative of $r^2$ with respect to $r$?"""
    return walked(*arguments, over=lambda path: path.mean() / 2)


@exercise.misconception("M13", gradient, edge=("r", "L"))
def sum_for_mean(*arguments):
    """You added up all paths and left it at that; with one sample this is right. What stands in front of the sum in $L$?"""
    return walked(*arguments, over=lambda path: path.sum())


@exercise.misconception("M13", gradient, edge=("r", "L"))
def averaged_twice(*arguments):
    """You divided by $n$ twice. Which of your steps already takes the mean?"""
    return walked(*arguments, over=lambda path: path.mean() / len(path))


@exercise.misconception("M14", gradient, edge=("o", "r"))
def flipped_sign(*arguments):
    """Every derivative has the opposite sign. Which of $o - t$ and $t - o$ did you differentiate, and what does the edge from $o$ to $r$
    carry there?"""
    return walked(*arguments, over=lambda path: -path.mean())
