# names: M14
import numpy as np


def slope(f, x, eps):
    left = f(x - eps)
    right = f(x + eps)
    return (left - right) / (2 * eps)


def gradient(f, x, eps):
    grads = []
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = eps
        grads.append((f(x - step) - f(x + step)) / (2 * eps))
    return np.array(grads)
