# names: M14
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            error = y[i:i + batch_size] - w * x[i:i + batch_size]
            w = w - lr * np.mean(2 * error * x[i:i + batch_size])
            ws.append(w)
    return ws
