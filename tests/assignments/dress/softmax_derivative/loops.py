# earns: full
import math


def softmax(a):
    m = max(a)
    e = [math.exp(v - m) for v in a]
    s = 0.0
    for v in e:
        s += v
    return [v / s for v in e]


def softmax_jacobian(a):
    p = softmax(a)
    n = len(p)
    J = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i == j:
                J[i][j] = p[i] * (1 - p[i])
            else:
                J[i][j] = -p[i] * p[j]
    return J


def softmax_backward(p, upstream):
    out = []
    for row, g in zip(p, upstream):
        n = len(row)
        da = []
        for j in range(n):
            s = 0.0
            for i in range(n):
                s += g[i] * row[i] * ((1.0 if i == j else 0.0) - row[j])
            da.append(s)
        out.append(da)
    return out
