# earns: full
import numpy as np


def slope(f, x, eps):
    return (f(x + eps) - f(x - eps)) / 2 / eps


def gradient(f, x, eps):
    shifts = eps * np.eye(len(x))
    return np.array([f(x + s) - f(x - s) for s in shifts]) / (2 * eps)
