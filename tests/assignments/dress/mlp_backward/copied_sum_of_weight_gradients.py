# names: M16
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    output = sigmoid(hidden @ w2 + b2)
    return hidden, output


def backward(x, y, w1, b1, w2, b2):
    n = len(x)
    out_h, out_o = forward(x, w1, b1, w2, b2)
    dz2, dz1 = np.zeros_like(out_o), np.zeros_like(out_h)
    dw2, dw1 = np.zeros_like(w2), np.zeros_like(w1)
    for s in range(n):
        d_o = (out_o[s] - y[s]) / n
        dz2[s] = d_o * out_o[s] * (1 - out_o[s])
        d_w2 = np.outer(out_h[s], dz2[s])
        # d_w1 = (d_w5 + d_w6) * out_h1 * (1 - out_h1) * x1
        dz1[s] = d_w2.sum(axis=1) * out_h[s] * (1 - out_h[s])
        dw2 += d_w2
        dw1 += np.outer(x[s], dz1[s])
    return dz2, dw2, dz2.sum(0), dz1, dw1, dz1.sum(0)


def step(x, y, w1, b1, w2, b2, lr):
    dz2, dw2, db2, dz1, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
