# names: M14
import numpy as np

def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for epoch in range(epochs):
        for i in range(len(x)):
            y_pred = w * x[i]
            losses.append((y_pred - y[i])**2)
            w += lr * 2 * x[i] * (y_pred - y[i])
            ws.append(w)
    return np.array(ws), np.array(losses)
