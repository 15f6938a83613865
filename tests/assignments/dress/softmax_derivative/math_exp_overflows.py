# names: M06
from math import exp
import numpy as np


def softmax(a):
    total = sum([exp(v) for v in a])
    return np.array([exp(v) / total for v in a])


def softmax_jacobian(a):
    p = softmax(a)
    return np.array([[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))])


def softmax_backward(p, upstream):
    return p * upstream - p * (p * upstream).sum(axis=1)[:, None]
