# names: M14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    o = sigmoid(x @ w.T)
    error = y - o
    return 2 * error * o * (1 - o) * x
