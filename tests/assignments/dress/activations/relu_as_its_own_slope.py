# names: M08
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(a, 0)


def d_sigmoid(a):
    return sigmoid(a) * (1 - sigmoid(a))


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    a = a.copy()
    a[a <= 0] = 0
    return a
