# names: M06
import math
import numpy as np


def sigmoid(a):
    def f(x):
        return 1 / (1 + math.exp(-x))
    return np.vectorize(f)(a)


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(a, 0)


def d_sigmoid(a):
    return sigmoid(a) * (1 - sigmoid(a))


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    return (a > 0).astype(float)
