# names: M13
import numpy as np


def gradient(xs, ys, w, n):
    grad = 0
    for x, y in zip(xs, ys):
        grad += 2 * x * (x * w - y)
    return grad / n


def descend(x, y, w, lr, epochs, batch_size):
    n = len(x)
    ws = []
    for _ in range(epochs):
        for i in range(0, n, batch_size):
            w -= lr * gradient(x[i:i + batch_size], y[i:i + batch_size], w, n)
            ws.append(w)
    return np.array(ws)
