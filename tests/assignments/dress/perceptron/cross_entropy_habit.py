# names: M12 M33
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    # as in logistic regression: (p - y) x
    p = sigmoid(np.dot(x, w.T))
    return (p - y) * x
