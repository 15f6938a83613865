# names: M33
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    prediction = sigmoid(x.dot(w.T))
    loss = np.mean((prediction - y) ** 2)
    grad = 2 * (prediction - y) * x
    return grad
