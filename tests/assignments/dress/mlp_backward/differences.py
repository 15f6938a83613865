# names: M44
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    hidden = sigmoid(x @ w1 + b1)
    output = sigmoid(hidden @ w2 + b2)
    return hidden, output


def loss(x, y, w1, b1, w2, b2):
    return 0.5 * ((forward(x, w1, b1, w2, b2)[1] - y) ** 2).sum() / len(x)


def backward(x, y, w1, b1, w2, b2):
    n = len(x)
    hidden, output = forward(x, w1, b1, w2, b2)
    dz2 = (output - y) / n * output * (1 - output)
    dz1 = dz2 @ w2.T * hidden * (1 - hidden)
    grads = []
    for which in range(4):
        base = [np.array(v) for v in (w1, b1, w2, b2)]
        g = np.zeros_like(base[which])
        for place in np.ndindex(*g.shape):
            values = []
            for h in (1e-5, -1e-5):
                moved = [v.copy() for v in base]
                moved[which][place] += h
                values.append(loss(x, y, *moved))
            g[place] = (values[0] - values[1]) / 2e-5
        grads.append(g)
    return dz2, grads[2], grads[3], dz1, grads[0], grads[1]


def step(x, y, w1, b1, w2, b2, lr):
    dz2, dw2, db2, dz1, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
