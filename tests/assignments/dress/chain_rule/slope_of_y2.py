# names: M05
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def edges(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    return {"y1": {"x": w1, "w1": x, "b1": 1.0}, "y2": {"y1": w2, "w2": y1, "b2": 1.0}}


def paths(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    return w1 * w2, x * w2, w2, y1, 1.0


def d_sigmoid(z):
    return z * (1 - z)


def gradient(x, t, w1, b1, w2, b2):
    y1 = x * w1 + b1
    y2 = y1 * w2 + b2
    d = 2 * (sigmoid(y2) - t) * d_sigmoid(y2)
    return np.mean(d * w2 * x), np.mean(d * w2), np.mean(d * y1), np.mean(d)
