# names: M31
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / 2 * eps


def gradient(f, x, eps):
    grad = np.zeros(len(x))
    for i in range(len(x)):
        d = np.zeros(len(x))
        d[i] = eps
        grad[i] = (f(x + d) - f(x - d)) / 2 * eps
    return grad
