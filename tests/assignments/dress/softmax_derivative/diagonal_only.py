# names: M01 M01
import numpy as np


def softmax(a):
    e = np.exp(a - np.max(a))
    return e / e.sum()


def softmax_jacobian(a):
    p = softmax(a)
    return np.diag(p * (1 - p))


def softmax_backward(p, upstream):
    return upstream * p * (1 - p)
