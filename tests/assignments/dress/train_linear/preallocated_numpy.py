# earns: full
import numpy as np


def train(x, y, w, lr, epochs):
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n = x.shape[0]
    ws, losses = np.empty(n * epochs), np.empty(n * epochs)
    for step in range(n * epochs):
        i = step % n
        error = w * x[i] - y[i]
        losses[step] = np.square(error)
        w -= lr * 2 * error * x[i]
        ws[step] = w
    return ws, losses
