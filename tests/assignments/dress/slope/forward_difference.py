# names: M31
# definition of the derivative from calculus class
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x)) / eps


def gradient(f, x, eps):
    base = f(x)
    grad = np.zeros(len(x))
    for i in range(len(x)):
        moved = np.array(x, dtype=float)
        moved[i] += eps
        grad[i] = (f(moved) - base) / eps
    return grad
