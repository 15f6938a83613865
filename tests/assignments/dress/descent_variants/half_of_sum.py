# names: M13
# J = 1/2 * sum (wx - y)^2
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for _ in range(epochs):
        for i in range(0, x.shape[0], batch_size):
            X, Y = x[i:i + batch_size], y[i:i + batch_size]
            w = w - lr * X.T.dot(w * X - Y)
            ws.append(w)
    return ws
