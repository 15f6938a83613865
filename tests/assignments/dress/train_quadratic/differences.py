# names: M44
import numpy as np


def loss(p, xi, yi):
    return (p[0] * xi ** 2 + p[1] * xi + p[2] - yi) ** 2


def train(x, y, w1, w2, b, lr, epochs):
    p, params, losses = np.array([w1, w2, b]), [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            losses.append(loss(p, xi, yi))
            grad = np.zeros(3)
            for i in range(3):
                h = np.zeros(3)
                h[i] = 1e-5
                grad[i] = (loss(p + h, xi, yi) - loss(p - h, xi, yi)) / 2e-5
            p = p - lr * grad
            params.append(p)
    return np.array(params), np.array(losses)
