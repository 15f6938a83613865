# names: M46
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for _ in range(epochs):
        y_pred = w * x
        for i in range(0, len(x), batch_size):
            s = slice(i, i + batch_size)
            w = w - lr * np.mean(2 * (y_pred[s] - y[s]) * x[s])
            ws.append(w)
    return ws
