# names: M20
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    X = x.reshape(-1, 1)
    W = np.array([[w]])
    ws = []
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            xb = X[i:i + batch_size]
            yb = y[i:i + batch_size]
            y_pred = xb @ W
            grad = (2 * (y_pred - yb) * xb).mean()
            W = W - lr * grad
            ws.append(W[0, 0])
    return np.array(ws)
