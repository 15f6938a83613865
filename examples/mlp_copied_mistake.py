# Wrong: the hidden deltas are built from the gradients of the output weights, as in a widely copied tutorial (M16).
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    out_h = sigmoid(x @ w1 + b1)
    out_o = sigmoid(out_h @ w2 + b2)
    return out_h, out_o


def backward(x, y, w1, b1, w2, b2):
    n = x.shape[0]
    out_h, out_o = forward(x, w1, b1, w2, b2)

    # output layer
    d_o = (out_o - y) / n
    dz2 = d_o * out_o * (1 - out_o)
    dw2 = np.zeros_like(w2)
    dz1 = np.zeros_like(out_h)
    dw1 = np.zeros_like(w1)
    for s in range(n):
        d_w2 = np.outer(out_h[s], dz2[s])
        dw2 += d_w2
        # hidden layer: (d_w5 + d_w6) * out_h1 * (1 - out_h1) * x1
        dz1[s] = d_w2.sum(axis=1) * out_h[s] * (1 - out_h[s])
        dw1 += np.outer(x[s], dz1[s])
    return dz2, dw2, dz2.sum(axis=0), dz1, dw1, dz1.sum(axis=0)


def step(x, y, w1, b1, w2, b2, lr):
    dz2, dw2, db2, dz1, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2


if __name__ == "__main__":
    x = np.array([[0.5, 0.3]])
    y = np.array([[0.23, -0.07]])
    w1 = np.array([[0.2, -0.4], [0.5, 0.6]])
    w2 = np.array([[0.1, -0.5], [-0.3, 0.8]])
    print(backward(x, y, w1, np.zeros(2), w2, np.zeros(2))[4].round(5))
