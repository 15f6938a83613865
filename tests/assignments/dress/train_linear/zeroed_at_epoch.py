# names: M21
import numpy as np


def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for epoch in range(epochs):
        grad = 0   # 每轮清零
        for i in range(len(x)):
            r = w * x[i] - y[i]
            grad += 2 * r * x[i]
            w = w - lr * grad
            ws.append(w)
            losses.append(r ** 2)
    return np.array(ws), np.array(losses)
