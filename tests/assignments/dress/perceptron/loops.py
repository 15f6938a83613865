# earns: full
from math import exp


def gradient(x, w, y):
    z = 0
    for i in range(len(x[0])):
        z += x[0][i] * w[0][i]
    o = 1 / (1 + exp(-z))
    dL_do = 2 * (o - y)
    do_dz = o * (1 - o)
    dw = []
    for i in range(len(x[0])):
        dw.append(dL_do * do_dz * x[0][i])
    return [dw]
