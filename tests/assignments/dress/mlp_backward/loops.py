# earns: full
import math


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def layer(rows, w, b):
    return [[sigmoid(sum(r[i] * w[i][j] for i in range(len(r))) + b[j]) for j in range(len(b))] for r in rows]


def forward(x, w1, b1, w2, b2):
    hidden = layer(x, w1, b1)
    return hidden, layer(hidden, w2, b2)


def collect(inputs, deltas):
    dw = [[0.0] * len(deltas[0]) for _ in inputs[0]]
    db = [0.0] * len(deltas[0])
    for row, delta in zip(inputs, deltas):
        for j, d in enumerate(delta):
            db[j] += d
            for i, value in enumerate(row):
                dw[i][j] += value * d
    return dw, db


def backward(x, y, w1, b1, w2, b2):
    n = len(x)
    hidden, output = forward(x, w1, b1, w2, b2)
    dz2, dz1 = [], []
    for s in range(n):
        d2 = [(o - t) / n * o * (1 - o) for o, t in zip(output[s], y[s])]
        d1 = []
        for i, h in enumerate(hidden[s]):
            back = sum(w2[i][j] * d2[j] for j in range(len(d2)))
            d1.append(back * h * (1 - h))
        dz2.append(d2)
        dz1.append(d1)
    dw2, db2 = collect(hidden, dz2)
    dw1, db1 = collect(x, dz1)
    return dz2, dw2, db2, dz1, dw1, db1


def step(x, y, w1, b1, w2, b2, lr):
    _, dw2, db2, _, dw1, db1 = backward(x, y, w1, b1, w2, b2)

    def moved(p, g):
        return [moved(a, c) for a, c in zip(p, g)] if isinstance(g, list) else p - lr * g

    return moved(w1, dw1), moved(b1, db1), moved(w2, dw2), moved(b2, db2)
