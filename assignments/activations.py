r"""# Three activations and their slopes

A neuron sends its sum $a$ through a bent function, entry by entry. Three of them are met everywhere:

$$\sigma(a) = \frac{1}{1 + e^{-a}}, \qquad \tanh(a) = \frac{e^{a} - e^{-a}}{e^{a} + e^{-a}}, \qquad
  \text{relu}(a) = \max(0, a) .$$

On the way back, every entry of the gradient is multiplied by the slope of the function at that entry. Write six
functions:

* `sigmoid(a)`, `tanh(a)`, `relu(a)` return the values;
* `d_sigmoid(a)`, `d_tanh(a)`, `d_relu(a)` return the slopes $\sigma'(a)$, $\tanh'(a)$, $\text{relu}'(a)$.

**All six take the input $a$**, what goes *into* the activation. Textbooks often write $\sigma'$ with the help of what comes
*out*; many programs keep that value from the way forward. Here nothing was kept: a slope is handed the same $a$ as its
function.

`a` is an array of float64 of any shape: `(n,)`, `(n, c)`, more axes, or `()`, a single number. What you return has the
same shape, and holds numbers, not True and False. Do not write into `a`. Its entries may be as large as 10 000 in size. The
values and slopes are harmless numbers there too; make sure that nothing on the way to them overflows.

At 0, relu has a kink. Its slope there is a convention, 0, ½ or 1, and no check asks for it.

**Worked example.** Let $a = \ln 3$, so $e^a = 3$ and $e^{-a} = \tfrac13$. Then $\sigma(a) = 1 / (1 + \tfrac13) = 0.75$ and
$\tanh(a) = (3 - \tfrac13) / (3 + \tfrac13) = 0.8$. For the slope of $\sigma$ at this point, the quotient rule gives

$$\sigma'(a) = \frac{e^{-a}}{(1 + e^{-a})^2} = \frac{\tfrac13}{(\tfrac43)^2} = 0.1875 .$$

Work out in the same way that $\tanh'(\ln 3) = 0.36$. For both slopes there is a shorter form than the quotient; look for it.

**Not allowed:** automatic differentiation and finite differences. Three lines of pencil work are the exercise. Library
functions for the values, such as `np.exp` and `np.tanh`, are welcome.

**Points** (14): the example 1 for values and 1 for slopes; 1 for each of the three functions, 2 for each of the three slopes;
other shapes than `(n,)` 1; large entries 1 for values and 1 for slopes.
"""

import torch
from torch import tensor

from grader.exercise import Exercise
from grader.oracles import gradients

exercise = Exercise(__name__, chapter="activations", order=9, forbid=("autograd", "finite differences"))


@exercise.starter(returns=("sigmoid",))
def sigmoid(a):
    """Return 1 / (1 + e**-a), entry by entry, with the shape of a."""
    raise NotImplementedError


@exercise.starter(returns=("tanh",))
def tanh(a):
    """Return the hyperbolic tangent, entry by entry, with the shape of a."""
    raise NotImplementedError


@exercise.starter(returns=("relu",))
def relu(a):
    """Return max(0, a), entry by entry, with the shape of a."""
    raise NotImplementedError


@exercise.starter(returns=("d_sigmoid",))
def d_sigmoid(a):
    """Return the slope of sigmoid at the input a, entry by entry, with the shape of a."""
    raise NotImplementedError


@exercise.starter(returns=("d_tanh",))
def d_tanh(a):
    """Return the slope of tanh at the input a, entry by entry, with the shape of a."""
    raise NotImplementedError


@exercise.starter(returns=("d_relu",))
def d_relu(a):
    """Return the slope of relu at the input a, entry by entry, with the shape of a."""
    raise NotImplementedError


def slope_of(function):
    """The derivative of an entrywise function, by autograd."""
    return lambda a: gradients(function, a, upstream=torch.ones_like(a))[0]


VALUES, SLOPES = (sigmoid, tanh, relu), (d_sigmoid, d_tanh, d_relu)
for value, slope, known in zip(VALUES, SLOPES, (torch.sigmoid, torch.tanh, torch.relu), strict=True):
    exercise.reference(value)(known)
    exercise.reference(slope)(slope_of(known))
BY_HAND = tensor([3.0, 1 / 3, 1.5], dtype=torch.float64).log()  # on both sides of the kink


@exercise.check(points=1, public=True)
def values_by_hand(draw):
    """the values agree with the example worked by hand"""
    yield from (function(BY_HAND) for function in VALUES)
    yield from (function(tensor([-1.0, 0.0, 2.0]).double()) for function in VALUES)


@exercise.check(points=1, public=True)
def slopes_by_hand(draw):
    """the slopes agree with the example worked by hand"""
    yield from (function(BY_HAND) for function in SLOPES)
    yield from (function(tensor([-1.0, 2.0]).double()) for function in SLOPES)


@exercise.check(points=1)
def values_of_sigmoid(draw):
    """sigmoid: the values"""
    yield from (sigmoid(draw.tensor(n)) for n in (2, 5))


@exercise.check(points=1)
def values_of_tanh(draw):
    """tanh: the values"""
    yield from (tanh(draw.tensor(n)) for n in (2, 5))


@exercise.check(points=1)
def values_of_relu(draw):
    """relu: the values"""
    yield from (relu(draw.tensor(n)) for n in (2, 5))


@exercise.check(points=2)
def slopes_of_sigmoid(draw):
    """d_sigmoid: the slopes at the input"""
    yield from (d_sigmoid(draw.tensor(n)) for n in (2, 5))


@exercise.check(points=2)
def slopes_of_tanh(draw):
    """d_tanh: the slopes at the input"""
    yield from (d_tanh(draw.tensor(n)) for n in (2, 5))


@exercise.check(points=2)
def slopes_of_relu(draw):
    """d_relu: the slopes at the input, near the kink and far from it"""
    yield from (d_relu(draw.tensor(n)) for n in (2, 5))
    yield from (d_relu(draw.tensor(n, low=3e3, high=1e4)) for n in (2, 3, 4))


@exercise.check(points=1)
def any_shape(draw):
    """single numbers, matrices, more axes, every other column of a larger matrix"""
    for function in (*VALUES, *SLOPES):
        yield from (function(draw.tensor(*shape)) for shape in ((), (3, 4), (2, 1, 3)))
        yield function(draw.tensor(3, 6)[:, ::2])


@exercise.check(points=1)
def large_values(draw):
    """values of large entries of either sign"""
    yield from (function(tensor([1000.0, -0.5, -1000.0]).double()) for function in VALUES)
    yield from (function(draw.tensor(4, low=720, high=1000)) for function in VALUES)


@exercise.check(points=1)
def large_slopes(draw):
    """slopes at large entries of either sign"""
    yield from (function(tensor([1000.0, 0.5, -1000.0]).double()) for function in SLOPES)
    yield from (function(draw.tensor(4, low=720, high=1000)) for function in SLOPES)


@exercise.law(sigmoid)
def between_zero_and_one(a, answer):
    """$\\sigma$ lies between 0 and 1 everywhere; some of your values do not."""
    return bool(((answer >= 0) & (answer <= 1)).all())


@exercise.law(d_sigmoid)
def at_most_a_quarter(a, answer):
    """$\\sigma$ rises everywhere, and nowhere more steeply than ¼; some of your slopes are outside 0 and ¼."""
    return bool(((answer >= 0) & (answer <= 0.25 + 1e-12)).all())


@exercise.law(d_tanh)
def at_most_one(a, answer):
    """$\\tanh$ rises everywhere, and nowhere more steeply than 1; some of your slopes are outside 0 and 1."""
    return bool(((answer >= 0) & (answer <= 1 + 1e-12)).all())


def bounded_exp(a):
    """As math.exp, which refuses to overflow."""
    if a.max() > 709:
        raise OverflowError
    return a.exp()


@exercise.misconception("M06", sigmoid)
def sigmoid_overflows(a):
    """Right, until $e^a$ leaves the range of floating-point numbers and infinity is divided by infinity. Which of $e^a$ and
    $e^{-a}$ stays small where $a$ is large?"""
    return a.exp() / (1 + a.exp())


@exercise.misconception("M06", sigmoid)
def sigmoid_raises(a):
    """Right, until `math.exp` raises OverflowError. For which $a$ is $e^{-a}$ too large, and what else can you write for
    $\\sigma$ there?"""
    return 1 / (1 + bounded_exp(-a))


@exercise.misconception("M14", sigmoid)
def exponent_with_other_sign(a):
    """Your curve falls where it should rise. Which sign does $a$ have in the exponent?"""
    return 1 / (1 + a.exp())


@exercise.misconception("M06", tanh)
def tanh_overflows(a):
    """Right, until $e^a$ or $e^{-a}$ leaves the range of floating-point numbers. Does your library know a tanh, or can you
    divide both sides of the fraction by the larger one?"""
    return (a.exp() - (-a).exp()) / (a.exp() + (-a).exp())


@exercise.misconception("M06", tanh)
def tanh_raises(a):
    """Right, until `math.exp` raises OverflowError. What is $\\tanh$ where $e^a$ is so much larger than $e^{-a}$?"""
    return (bounded_exp(a) - bounded_exp(-a)) / (bounded_exp(a) + bounded_exp(-a))


@exercise.misconception("M06", tanh)
def tanh_overflows_on_the_right(a):
    """Right for negative entries however large, until $e^{2a}$ of a positive one leaves the range of floating-point numbers.
    By what can you divide both sides of the fraction, so that only powers remain that are small there?"""
    return ((2 * a).exp() - 1) / ((2 * a).exp() + 1)


@exercise.misconception("M06", tanh)
def tanh_overflows_on_the_left(a):
    """Right for positive entries however large, until $e^{-2a}$ of a negative one leaves the range of floating-point numbers.
    By what can you divide both sides of the fraction, so that only powers remain that are small there?"""
    return (1 - (-2 * a).exp()) / (1 + (-2 * a).exp())


@exercise.misconception("M12", tanh)
def sigmoid_stretched(a):
    """This is $2\\sigma(a) - 1$: the right shape, but too flat. How steep is $\\tanh$ at 0, and how steep is yours?"""
    return 2 * torch.sigmoid(a) - 1


@exercise.misconception("M38", relu)
def relu_shorter(a):
    """You kept the positive entries and dropped the others. What should stand in their places?"""
    return a[a > 0]


@exercise.misconception("M05", d_sigmoid)
def d_sigmoid_of_output(a):
    """$z(1 - z)$ is the slope where $z$ is what the sigmoid has put *out*. What were you given here?"""
    return a * (1 - a)


@exercise.misconception("M05", d_sigmoid)
def sigmoid_twice(a):
    """The sigmoid was applied twice on the way to this slope. Which of your two functions already does it?"""
    s = torch.sigmoid(torch.sigmoid(a))
    return s * (1 - s)


@exercise.misconception("M06", d_sigmoid)
def d_sigmoid_overflows(a):
    """Right, until $e^{-a}$ leaves the range of floating-point numbers and infinity is divided by infinity. Can the slope be
    had from $\\sigma(a)$, which is never large?"""
    return (-a).exp() / (1 + (-a).exp()) ** 2


@exercise.misconception("M06", d_sigmoid)
def d_sigmoid_inherits_overflow(a):
    """Right, until the sigmoid inside it overflows. Which of $e^a$ and $e^{-a}$ stays small where $a$ is large?"""
    s = a.exp() / (1 + a.exp())
    return s * (1 - s)


@exercise.misconception("M06", d_sigmoid)
def d_sigmoid_raises(a):
    """Right, until `math.exp` raises OverflowError. For which $a$ is the power too large, and what else can you write for
    $\\sigma$ there?"""
    s = 1 / (1 + bounded_exp(-a))
    return s * (1 - s)


@exercise.misconception("M05", d_tanh)
def d_tanh_of_output(a):
    """$1 - z^2$ is the slope where $z$ is what tanh has put *out*. What were you given here?"""
    return 1 - a**2


@exercise.misconception("M05", d_tanh)
def tanh_twice(a):
    """tanh was applied twice on the way to this slope. Which of your two functions already does it?"""
    return 1 - torch.tanh(torch.tanh(a)) ** 2


@exercise.misconception("M06", d_tanh)
def d_tanh_inherits_overflow(a):
    """Right, until the tanh inside it overflows. Does your library know a tanh, or can you divide both sides of its fraction
    by the larger power?"""
    return 1 - tanh_overflows(a) ** 2


@exercise.misconception("M48", d_tanh)
def square_left_out(a):
    """Your slope is $1 - \\tanh(a)$, which never returns to 0 on the left. What does the quotient rule make of the two
    fractions?"""
    return 1 - torch.tanh(a)


@exercise.misconception("M08", d_relu)
def activation_for_slope(a):
    """This is relu itself. If a positive $a$ rises by a little, by how much does $\\max(0, a)$ rise?"""
    return torch.relu(a)


@exercise.misconception("M38", d_relu)
def d_relu_shorter(a):
    """You have a slope for the positive entries only. Which slope belongs to the others, and where does it stand?"""
    return torch.ones_like(a[a > 0])


@exercise.misconception("M14", d_relu)
def sign_for_slope(a):
    """Your slope is −1 for negative entries. Which way does $\\max(0, a)$ go there?"""
    return a.sign()
