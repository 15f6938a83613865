# earns: full
import numpy as np


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self, grads):
        self.params = [p - self.lr * g for p, g in zip(self.params, grads)]


class Parabola:
    def forward(self, params, x):
        self.x = x
        return params[0] * x ** 2 + params[1] * x + params[2]

    def backward(self, upstream):
        return upstream * self.x ** 2, upstream * self.x, upstream


def train(x, y, w1, w2, b, lr, epochs):
    model, optimizer = Parabola(), SGD([w1, w2, b], lr)
    history = {"params": [], "losses": []}
    for _ in range(epochs):
        for sample, target in zip(x, y):
            residual = model.forward(optimizer.params, sample) - target
            optimizer.step(model.backward(2 * residual))
            history["losses"].append(residual ** 2)
            history["params"].append(tuple(optimizer.params))
    return np.array(history["params"]), np.array(history["losses"])
