# earns: full
import numpy as np


def batch_step(x, y, w, lr):
    r = x @ np.array([w]) if x.ndim == 2 else x * w
    r = r - y
    return w - lr * 2 / len(y) * np.dot(r, x)


def descend(x, y, w, lr, epochs, batch_size):
    n = len(x)
    ws = []
    for _ in range(epochs):
        if batch_size == n:                      # batch
            w = batch_step(x, y, w, lr)
            ws.append(w)
        elif batch_size == 1:                    # stochastic
            for i in range(n):
                w = w - lr * 2 * (w * x[i] - y[i]) * x[i]
                ws.append(w)
        else:                                    # mini-batch
            for xb, yb in zip(np.split(x, range(batch_size, n, batch_size)), np.split(y, range(batch_size, n, batch_size))):
                w = batch_step(xb, yb, w, lr)
                ws.append(w)
    return ws
