# names: M31
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def gradient(f, x, eps):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        x1 = x.copy()
        x2 = x.copy()
        x1[i] += eps
        x2[i] -= eps
        grad[i] = (f(x1) - f(x2)) / (2 * eps)
    return grad
