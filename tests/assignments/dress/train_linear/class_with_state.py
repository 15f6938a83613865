# earns: full
import numpy as np


class LinearModel:
    def __init__(self, w):
        self.w = w
        self.grad = 0.0

    def forward(self, x):
        return x * self.w

    def loss(self, x, y):
        return (self.forward(x) - y) ** 2

    def backward(self, x, y):
        self.grad += 2 * x * (self.forward(x) - y)

    def step(self, lr):
        self.w -= lr * self.grad

    def zero_grad(self):
        self.grad = 0.0


def train(x, y, w, lr, epochs):
    model = LinearModel(w)
    history = []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            loss = model.loss(xi, yi)
            model.zero_grad()
            model.backward(xi, yi)
            model.step(lr)
            history.append((model.w, loss))
    return tuple(np.array(history).T)
