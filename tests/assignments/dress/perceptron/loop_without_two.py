# names: M12
import math
import numpy as np


def gradient(x, w, y):
    k = len(w[0])
    z = sum(x[0][i] * w[0][i] for i in range(k))
    o = 1 / (1 + math.exp(-z))
    grads = [0.0] * k
    for i in range(k):
        grads[i] = (o - y) * o * (1 - o) * x[0][i]
    return np.array([grads])
