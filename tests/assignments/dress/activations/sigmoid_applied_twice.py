# names: M05
import numpy as np

# 先算 sigmoid，再求导


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(a, 0)


def deriv(z):
    s = sigmoid(z)
    return s * (1 - s)


def d_sigmoid(a):
    out = sigmoid(a)
    return deriv(out)


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    return (a > 0).astype(float)
