# names: M02
import numpy as np


def softmax(a):
    e = np.exp(a - a.max())
    return e / e.sum()


def softmax_jacobian(a):
    p = softmax(a)
    J = np.diag(p) - np.outer(p, p)
    return np.sum(J, axis=0)


def softmax_backward(p, upstream):
    return p * (upstream - np.sum(p * upstream, axis=1, keepdims=True))
