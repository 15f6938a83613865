"""Sigmoid units on one sample, as right and wrong programs go backward through them: what both perceptrons share."""

from torch import sigmoid

from grader.oracles import gradients


def gradient_of_mean_square(x, w, y):
    """∂L/∂w, shape (m, k), of L = mean((sigmoid(x wᵀ) − y)²); x (1, k), w (m, k), y a number or (1, m)."""
    return gradients(lambda w: (sigmoid(x @ w.T) - y).square().mean(), w)[0]


def right_slope(z, o):
    """The slope of the sigmoid, from what it puts out."""
    return o * (1 - o)


def sigmoid_again(z, o):
    """The slope where a sigmoid is applied to what is one already."""
    return sigmoid(o) * (1 - sigmoid(o))


def backward(x, w, y, *, factor=2, slope=right_slope):
    """A right gradient by hand, shape (m, k), where the factor is 2/m."""
    z = x @ w.T
    o = sigmoid(z)
    delta = factor * (o - y) * slope(z, o)
    return delta.T * x


def weights_along_the_sample(answer, x):
    """Whether the rows of a gradient, shape (m, k), are multiples of the sample x, shape (1, k)."""
    return bool((answer * x[0, 0] - answer[:, :1] * x).abs().max() < 1e-9)
