# names: M46
import numpy as np


def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for epoch in range(epochs):
        y_pred = w * np.array(x)          # all predictions of this epoch at once
        for i in range(len(x)):
            losses.append((y_pred[i] - y[i]) ** 2)
            w = w - lr * 2 * (y_pred[i] - y[i]) * x[i]
            ws.append(w)
    return ws, losses
