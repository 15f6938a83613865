# earns: full
import numpy as np


def slope(f, x, eps):
    x = float(x)
    ahead, behind = f(x + eps), f(x - eps)
    return (ahead - behind) / (2.0 * eps)


def along(f, x, i):
    """f as a function of entry i alone."""
    def g(t):
        moved = np.array(x, dtype=float)
        moved[i] = t
        return f(moved)
    return g


def gradient(f, x, eps):
    return np.fromiter((slope(along(f, x, i), x[i], eps) for i in range(len(x))), float)
