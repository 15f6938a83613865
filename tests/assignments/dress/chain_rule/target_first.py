# names: M14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def edges(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    return {"y1": {"x": w1, "w1": x, "b1": 1.0}, "y2": {"y1": w2, "w2": y1, "b2": 1.0}}


def paths(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    return w1 * w2, x * w2, w2, y1, 1.0


def gradient(x, t, w1, b1, w2, b2):
    y1 = x * w1 + b1
    o = sigmoid(y1 * w2 + b2)
    d = 2 * (t - o) * o * (1 - o) / len(x)
    return sum(d * w2 * x), sum(d * w2), sum(d * y1), sum(d)
