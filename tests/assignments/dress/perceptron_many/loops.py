# earns: full
import math


def gradient(x, w, y):
    m, k = len(w), len(w[0])
    rows = []
    for j in range(m):
        z = sum(x[0][i] * w[j][i] for i in range(k))
        o = 1 / (1 + math.exp(-z))
        delta = 2 * (o - y[0][j]) * o * (1 - o) / m
        rows.append([delta * x[0][i] for i in range(k)])
    return rows
