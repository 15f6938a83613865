# earns: full
import numpy as np


class CentralDifference:
    def __init__(self, f, eps):
        self.f = f
        self.eps = eps

    def along(self, x, direction):
        step = self.eps * direction
        return (self.f(x + step) - self.f(x - step)) / (2 * self.eps)


def slope(f, x, eps):
    return CentralDifference(f, eps).along(x, 1.0)


def gradient(f, x, eps):
    d = CentralDifference(f, eps)
    basis = np.identity(np.asarray(x).shape[0])
    return list(map(lambda e: d.along(np.asarray(x), e), basis))
