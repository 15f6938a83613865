# earns: full
import math
import numpy as np


def entrywise(f, a):
    a = np.asarray(a)
    out = np.empty(a.shape)
    for index in np.ndindex(a.shape):
        out[index] = f(float(a[index]))
    return out


def one_sigmoid(x):
    if x < 0:
        return math.exp(x) / (1 + math.exp(x))
    return 1 / (1 + math.exp(-x))


def sigmoid(a):
    return entrywise(one_sigmoid, a)


def tanh(a):
    return entrywise(math.tanh, a)


def relu(a):
    return entrywise(lambda x: x if x > 0 else 0.0, a)


def d_sigmoid(a):
    return entrywise(lambda x: one_sigmoid(x) * one_sigmoid(-x), a)


def d_tanh(a):
    return entrywise(lambda x: (1 - math.tanh(x)) * (1 + math.tanh(x)), a)


def d_relu(a):
    def slope(x):
        if x > 0:
            return 1
        elif x < 0:
            return 0
        else:
            return 0.5
    return entrywise(slope, a)


if __name__ == "__main__":
    print(sigmoid(np.array([-1.0, 0.0, 2.0])))
