# names: M47
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    n_batches = len(x) // batch_size
    for _ in range(epochs):
        for b in range(n_batches):
            xb = x[b * batch_size:(b + 1) * batch_size]
            yb = y[b * batch_size:(b + 1) * batch_size]
            w = w - lr * np.mean(2 * (w * xb - yb) * xb)
            ws.append(w)
    return np.array(ws)
