# names: M04
import numpy as np


def softmax(a):
    e = np.exp(a - a.max())
    return e / np.sum(e)


def softmax_jacobian(s):
    # input s is softmax value of the original input x
    return np.diag(s) - np.outer(s, s)


def softmax_backward(p, upstream):
    out = []
    for q, g in zip(p, upstream):
        out.append(softmax_jacobian(q) @ g)
    return np.array(out)
