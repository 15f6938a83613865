# names: M19
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    o = sigmoid(x @ w.T)
    delta = 2 * (o - y) * o * (1 - o) / y.shape[1]
    return x.T @ delta
