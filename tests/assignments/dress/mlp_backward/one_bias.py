# names: M18
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    output = sigmoid(hidden @ w2 + b2)
    return hidden, output


def backward(x, y, w1, b1, w2, b2):
    n = len(x)
    hidden, output = forward(x, w1, b1, w2, b2)
    dz2 = (output - y) / n * output * (1 - output)
    dw2 = hidden.T @ dz2
    db2 = np.sum(dz2)
    dz1 = dz2 @ w2.T * hidden * (1 - hidden)
    dw1 = x.T @ dz1
    db1 = np.sum(dz1)
    return dz2, dw2, db2, dz1, dw1, db1


def step(x, y, w1, b1, w2, b2, lr):
    dz2, dw2, db2, dz1, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
