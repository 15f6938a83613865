# names: M13
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for _ in range(epochs):
        for i in range(0, len(x), batch_size):
            xb = x[i:i + batch_size]
            yb = y[i:i + batch_size]
            ws.append(w := w - lr * 2 * np.sum(xb * (xb * w - yb)) / batch_size)
    return ws
