# names: M42
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    z = x @ w.T
    o = sigmoid(z)
    return 2 * (o - y) * o * (1 - o) * w
