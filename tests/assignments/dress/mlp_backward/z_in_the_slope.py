# names: M05
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    output = sigmoid(hidden @ w2 + b2)
    return hidden, output


def sigmoid_derivative(s):
    return s * (1 - s)


def backward(x, y, w1, b1, w2, b2):
    n = x.shape[0]
    z1 = np.dot(x, w1) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, w2) + b2
    a2 = sigmoid(z2)
    dz2 = (a2 - y) / n * sigmoid_derivative(z2)
    dw2 = np.dot(a1.T, dz2)
    db2 = np.sum(dz2, axis=0)
    dz1 = np.dot(dz2, w2.T) * sigmoid_derivative(z1)
    dw1 = np.dot(x.T, dz1)
    db1 = np.sum(dz1, axis=0)
    return dz2, dw2, db2, dz1, dw1, db1


def step(x, y, w1, b1, w2, b2, lr):
    dz2, dw2, db2, dz1, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
