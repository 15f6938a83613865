# names: M07
import numpy as np


def softmax(a):
    e = np.exp(a - a.max())
    return e / e.sum(axis=0)


def softmax_jacobian(a):
    p = softmax(a)
    return np.diag(p) - np.outer(p, p)


def softmax_backward(p, upstream):
    return p * (upstream - np.sum(p * upstream, axis=0))
