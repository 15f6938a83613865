# earns: full
import numpy as np


class Affine:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return x * self.w + self.b

    def local(self):
        return self.w, self.x, 1.0      # by the input, the weight, the bias

    def backward(self, upstream):
        dx, dw, db = self.local()
        return upstream * dx, upstream * dw, upstream * db


def both(x, w1, b1, w2, b2):
    first, second = Affine(w1, b1), Affine(w2, b2)
    return first, second, second.forward(first.forward(x))


def edges(*inputs):
    first, second, _ = both(*inputs)
    return {"y1": dict(zip(["x", "w1", "b1"], first.local())), "y2": dict(zip(["y1", "w2", "b2"], second.local()))}


def paths(*inputs):
    first, second, _ = both(*inputs)
    dy1, dw2, db2 = second.backward(1.0)
    return (*first.backward(dy1), dw2, db2)


def gradient(x, t, w1, b1, w2, b2):
    first, second, y2 = both(x, w1, b1, w2, b2)
    o = 1 / (1 + np.exp(-y2))
    dy1, dw2, db2 = second.backward(2 * (o - t) * o * (1 - o))
    _, dw1, db1 = first.backward(dy1)
    return [np.mean(d) for d in (dw1, db1, dw2, db2)]
