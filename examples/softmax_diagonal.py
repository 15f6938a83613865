# Wrong: the derivative of a sigmoid, p(1-p), taken for the derivative of softmax (M01).
import numpy as np


def softmax(a):
    exps = np.exp(a - np.max(a))
    return exps / np.sum(exps)


def softmax_jacobian(a):
    p = softmax(a)
    n = len(a)
    J = np.zeros((n, n))
    for i in range(n):
        J[i, i] = p[i] * (1 - p[i])
    return J


def softmax_backward(p, upstream):
    return upstream * p * (1 - p)


print(softmax(np.array([1.0, 2.0, 3.0])))
print(softmax_jacobian(np.array([1.0, 2.0, 3.0])))
