# names: M05
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def d_sigmoid(z):
    return z * (1 - z)


def gradient(x, w, y):
    z = x @ w.T
    o = sigmoid(z)
    return 2 * (o - y) * d_sigmoid(z) * x
