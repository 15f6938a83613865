# names: M05 M08
import torch as np
# I use torch like numpy


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.relu(a)


def d_sigmoid(a):
    return np.mul(a, 1 - a)


def d_tanh(a):
    return 1 - tanh(a) ** 2


def d_relu(a):
    return relu(a)
