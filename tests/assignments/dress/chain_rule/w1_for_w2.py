# names: M43
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def edges(x, w1, b1, w2, b2):
    y1 = x * w1 + b1
    return {"y1": {"x": w1, "w1": x, "b1": 1.0}, "y2": {"y1": w2, "w2": y1, "b2": 1.0}}


def paths(x, w1, b1, w2, b2):
    dy2_dy1 = w1
    y1 = x * w1 + b1
    return dy2_dy1 * w1, dy2_dy1 * x, dy2_dy1, y1, 1


def gradient(x, t, w1, b1, w2, b2):
    y1 = x * w1 + b1
    y2 = y1 * w2 + b2
    o = sigmoid(y2)
    d = 2 * (o - t) * o * (1 - o)
    return (d * w2 * x).mean(), (d * w2).mean(), (d * y1).mean(), d.mean()
