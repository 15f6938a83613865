# names: M31
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def gradient(f, x, eps):
    x = np.array(x, dtype=np.float64)
    grad = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        down = f(x)
        grad[i] = (up - down) / (2 * eps)
    return grad
