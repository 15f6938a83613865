# names: M39
import numpy as np


def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            g = 2 * (w1 * xi ** 2 + w2 * xi + b - yi)
            w1, w2, b = w1 - lr * g * xi ** 2, w2 - lr * g * xi, b - lr * g
            loss = (w1 * xi ** 2 + w2 * xi + b - yi) ** 2
            params.append([w1, w2, b])
            losses.append(loss)
        print('progress:', epoch, loss)
    return np.array(params), np.array(losses)
