# names: M36
import random

import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for epoch in range(epochs):
        idx = random.sample(range(len(x)), batch_size)
        xb, yb = np.array(x)[idx], np.array(y)[idx]
        grad = np.mean(2 * xb * (xb * w - yb))
        w = w - lr * grad
        ws.append(w)
    return np.array(ws)
