# names: M13
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    n = x.shape[1]
    o = sigmoid(x @ w.T)
    return 2 / n * (o - y) * o * (1 - o) * x
