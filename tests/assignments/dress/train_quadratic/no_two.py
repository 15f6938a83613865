# names: M12
import numpy as np


def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            loss = w1 * xi ** 2 + w2 * xi + b - yi
            losses.append(loss ** 2)
            w1, w2, b = w1 - lr * loss * xi ** 2, w2 - lr * loss * xi, b - lr * loss
            params.append([w1, w2, b])
    return np.array(params), np.array(losses)
