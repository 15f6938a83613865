# names: M21
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0


def train(x, y, w1, w2, b, lr, epochs):
    ps = [Parameter(w1), Parameter(w2), Parameter(b)]
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            feats = [xi ** 2, xi, 1.0]
            r = sum(p.data * f for p, f in zip(ps, feats)) - yi
            losses.append(r ** 2)
            for p, f in zip(ps, feats):
                p.grad += 2 * r * f
                p.data -= lr * p.grad
            params.append([p.data for p in ps])
    return np.array(params), np.array(losses)
