# names: M33
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    m = w.shape[0]
    dw = np.zeros_like(w)
    for j in range(m):
        o = sigmoid(np.dot(x[0], w[j]))
        dw[j] = 2 / m * (o - y[0, j]) * x[0]
    return dw
