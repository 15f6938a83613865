# names: M05
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def tanh(a):
    return np.tanh(a)


def relu(a):
    return np.maximum(a, 0)


def d_sigmoid(output):
    return output * (1.0 - output)


def d_tanh(output):
    return 1.0 - output ** 2


def d_relu(a):
    return (a > 0).astype(float)


o = sigmoid(np.array([0.3, -1.2]))
print(d_sigmoid(o))   # looks right, because o is the output
