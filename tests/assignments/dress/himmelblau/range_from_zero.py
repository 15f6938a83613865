# names: M52
import numpy as np


def value(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def gradient(x):
    u = x[0] ** 2 + x[1] - 11
    v = x[0] + x[1] ** 2 - 7
    return np.array([4 * x[0] * u + 2 * v, 2 * u + 4 * x[1] * v])


def minimise(x0, lr, steps):
    x = x0.copy()
    m = np.zeros(2)
    s = np.zeros(2)
    path = [x.copy()]
    for t in range(steps):
        g = gradient(x)
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g ** 2
        x = x - lr * (m / (1 - 0.9 ** t)) / (np.sqrt(s / (1 - 0.999 ** t)) + 1e-8)
        path.append(x)
    return np.array(path)
