# earns: full
import numpy as np


class Softmax:
    def forward(self, a):
        shifted = a - a.max(axis=-1, keepdims=True)
        exps = np.exp(shifted)
        self.out = exps / exps.sum(axis=-1, keepdims=True)
        return self.out

    def jacobian(self):
        column = self.out.reshape(-1, 1)
        return np.diagflat(column) - np.dot(column, column.T)

    def backward(self, dout):
        dx = self.out * dout
        total = np.sum(dx, axis=1, keepdims=True)
        dx -= self.out * total
        return dx


def softmax(a):
    return Softmax().forward(a)


def softmax_jacobian(a):
    layer = Softmax()
    layer.forward(a)
    return layer.jacobian()


def softmax_backward(p, upstream):
    layer = Softmax()
    layer.out = p
    return layer.backward(upstream)
