# names: M05
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(a, 0)


def d_sigmoid(z):
    # derivative of sigmoid: s(1-s)
    return z * (1 - z)


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    return (a > 0).astype(float)
