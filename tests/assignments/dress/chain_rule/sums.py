# names: M13
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
    dw1 = db1 = dw2 = db2 = 0
    for i in range(len(x)):
        y1 = x[i] * w1 + b1
        o = sigmoid(y1 * w2 + b2)
        d = 2 * (o - t[i]) * o * (1 - o)
        dw1 += d * w2 * x[i]
        db1 += d * w2
        dw2 += d * y1
        db2 += d
    return dw1, db1, dw2, db2
