# earns: full
import numpy as np

def sigma(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

def forward(x, w1, b1, w2, b2):
    h = sigma(x.dot(w1) + b1)
    return h, sigma(h.dot(w2) + b2)

def backward(x, y, w1, b1, w2, b2):
    n = len(x)
    dz2s, dz1s = [], []
    dw2, db2, dw1, db1 = np.zeros(w2.shape), np.zeros(b2.shape), np.zeros(w1.shape), np.zeros(b1.shape)
    for xs, ys in zip(x, y):
        h, o = forward(xs, w1, b1, w2, b2)
        d2 = (o - ys) * o * (1 - o) / n
        d1 = w2.dot(d2) * h * (1 - h)
        dw2 += np.outer(h, d2)
        db2 += d2
        dw1 += np.outer(xs, d1)
        db1 += d1
        dz2s.append(d2)
        dz1s.append(d1)
    return np.array(dz2s), dw2, db2, np.array(dz1s), dw1, db1

def step(x, y, w1, b1, w2, b2, lr):
    g = backward(x, y, w1, b1, w2, b2)
    return [p - lr * q for p, q in zip((w1, b1, w2, b2), (g[4], g[5], g[1], g[2]))]
