# Right: softmax shifts by the maximum, the Jacobian has its off-diagonal entries, the batch goes row by row.
import numpy as np


def softmax(a):
    e = np.exp(a - np.max(a))
    return e / e.sum()


def softmax_jacobian(a):
    p = softmax(a)
    return np.diag(p) - np.outer(p, p)


def softmax_backward(p, upstream):
    # J^T g for every row without building J: p * (g - <p, g>)
    inner = np.sum(p * upstream, axis=1, keepdims=True)
    return p * (upstream - inner)


if __name__ == "__main__":
    a = np.array([1.0, 2.0, 3.0])
    print(softmax(a))
    print(softmax_jacobian(a))
