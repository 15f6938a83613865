# names: M12
import numpy as np


def forward(x):
    return w1 * x ** 2 + w2 * x + b


def gradient(x, y):
    grad_w1 = 2 * (forward(x) - y) * x ** 2
    grad_w2 = 2 * (forward(x) - y) * x
    grad_b = forward(x) - y
    return grad_w1, grad_w2, grad_b


def train(x, y, a, c, d, lr, epochs):
    global w1, w2, b
    w1, w2, b = a, c, d
    params, losses = [], []
    for epoch in range(epochs):
        for x_val, y_val in zip(x, y):
            losses.append((forward(x_val) - y_val) ** 2)
            g1, g2, g3 = gradient(x_val, y_val)
            w1 = w1 - lr * g1
            w2 = w2 - lr * g2
            b = b - lr * g3
            params.append([w1, w2, b])
    return np.array(params), np.array(losses)
