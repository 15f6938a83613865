# names: M06
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    # divided by e^-a
    return (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)


def relu(a):
    return np.maximum(0, a)


def d_sigmoid(a):
    return sigmoid(a) * (1 - sigmoid(a))


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    return (a > 0).astype(float)
