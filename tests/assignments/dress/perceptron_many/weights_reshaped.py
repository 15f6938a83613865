# names: M38
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    m, k = w.shape
    z = np.dot(x, w.reshape(k, m))
    o = sigmoid(z)
    delta = 2 / m * (o - y) * o * (1 - o)
    return np.dot(delta.T, x)
