# earns: full
import numpy as np


class Himmelblau:
    def __call__(self, p):
        a, b = self.parts(p)
        return np.square(a) + np.square(b)

    def parts(self, p):
        x, y = p
        return x * x + y - 11.0, x + y * y - 7.0

    def slope(self, p):
        residuals = np.array(self.parts(p))
        inner = np.array([[2 * p[0], 1.0], [1.0, 2 * p[1]]])
        return 2 * residuals @ inner


class Adam:
    def __init__(self, lr, betas=(0.9, 0.999), eps=1e-8):
        self.lr, self.betas, self.eps = lr, betas, eps
        self.m = self.v = 0
        self.t = 0

    def step(self, p, g):
        b1, b2 = self.betas
        self.t += 1
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        return p - self.lr * self.m / (1 - b1**self.t) / (np.sqrt(self.v / (1 - b2**self.t)) + self.eps)


f = Himmelblau()
value = f.__call__
gradient = f.slope


def minimise(x0, lr, steps):
    adam = Adam(lr)
    path = np.empty((steps + 1, 2))
    path[0] = x0
    for i in range(steps):
        path[i + 1] = adam.step(path[i], gradient(path[i]))
    return path
