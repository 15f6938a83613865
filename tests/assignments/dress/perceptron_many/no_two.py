# names: M12
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradient(x, w, y):
    m = w.shape[0]
    o = sigmoid(x @ w.T)
    return ((o - y) * o * (1 - o)).T @ x / m
