# earns: full
import numpy as np


def sigmoid(a):
    # exp of a negative number only, so nothing overflows
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1 / (1 + e), e / (1 + e))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(0, a)


def d_sigmoid(a):
    s = sigmoid(a)
    return s * (1 - s)


def d_tanh(a):
    return 1 - np.tanh(a) ** 2


def d_relu(a):
    return np.where(a > 0, 1.0, 0.0)
