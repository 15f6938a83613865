# names: M05
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def d_sigmoid(z):
    s = sigmoid(z)
    return s * (1 - s)


def gradient(x, w, y):
    o = sigmoid(x @ w.T)
    return (2 * (o - y) / y.size * d_sigmoid(o)).T @ x
