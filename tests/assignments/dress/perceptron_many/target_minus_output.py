# names: M14
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    o = sigmoid(x @ w.T)
    e = y - o
    return 2 * (e * o * (1 - o)).T @ x / e.size
