# names: M44
import numpy as np


def softmax(a):
    e = np.exp(a - np.max(a))
    return e / e.sum()


def softmax_jacobian(a):
    h = 1e-6
    n = len(a)
    J = np.zeros((n, n))
    for j in range(n):
        d = np.zeros(n)
        d[j] = h
        J[:, j] = (softmax(a + d) - softmax(a - d)) / (2 * h)
    return J


def softmax_backward(p, upstream):
    return p * (upstream - (p * upstream).sum(axis=1, keepdims=True))
