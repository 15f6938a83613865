# earns: full
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            xb = x[start:start + batch_size]
            yb = y[start:start + batch_size]
            grad = np.mean(2 * xb * (xb * w - yb))
            w = w - lr * grad
            ws.append(w)
    return np.array(ws)
