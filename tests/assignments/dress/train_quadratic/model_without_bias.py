# names: M34
import numpy as np

def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            r = w1 * xi ** 2 + w2 * xi - yi
            losses.append(r ** 2)
            w1, w2, b = np.array([w1, w2, b]) - lr * 2 * r * np.array([xi ** 2, xi, 1])
            params.append([w1, w2, b])
    return np.array(params), np.array(losses)
