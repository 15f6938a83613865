"""Gradient descent one sample at a time, as right and wrong programs do it: what training exercises have in common."""

import numpy as np
import torch


def row(*numbers):
    """Samples as checks hand them in: float64, shape (n,)."""
    return torch.tensor(numbers, dtype=torch.float64)


def powers(x, degree):
    """(x**degree, …, x, 1): how the prediction of a polynomial moves with each of its parameters."""
    return x ** np.arange(degree, -1, -1)


def right_slopes(p, x, r):
    """The gradients of r² for a polynomial with the parameters p, highest power first."""
    return 2 * r * powers(x, len(p) - 1)


def right_residual(p, x, y):
    """Prediction minus target."""
    return powers(x, len(p) - 1) @ p - y


def descend(x, y, start, lr, epochs, slopes=right_slopes, residual=right_residual):
    """(params after each step, losses before each step), shapes (steps, len(start)) and (steps,)."""
    p, params, losses = np.array(start, dtype=float), [], []
    for xi, yi in zip(x.tolist() * epochs, y.tolist() * epochs, strict=True):
        r = residual(p, xi, yi)
        p = p - lr * slopes(p, xi, r)
        params.append(p)
        losses.append(r**2)
    return np.array(params), np.array(losses)


def losses_at(params, x, y):
    """The loss of each step's sample with that step's row of params, shape (steps,)."""
    rows = np.arange(len(params)) % len(x)
    return np.array([right_residual(p, x[i].item(), y[i].item()) ** 2 for p, i in zip(params, rows, strict=True)])


def weighing(*factors):
    """Slopes that are multiplied by these factors, one for each parameter."""
    return lambda p, x, r: np.array(factors) * right_slopes(p, x, r)


def accumulating(*kept):
    """Slopes that are added up from step to step where `kept` is 1, and start afresh where it is 0."""
    total = np.zeros(len(kept))

    def slopes(p, x, r):
        total[:] = total * kept + right_slopes(p, x, r)
        return total.copy()

    return slopes


def one_after_another(lr):
    """Slopes each of which is taken after the parameters before it have moved."""

    def slopes(p, x, r):
        found, factors = [], powers(x, len(p) - 1)
        for factor in factors:
            found.append(2 * r * factor)
            r -= lr * found[-1] * factor
        return np.array(found)

    return slopes
