# names: M36
import numpy as np


def descend(x, y, w, lr, epochs, batch_size):
    """SGD: 每次迭代随机选取样本"""
    ws = np.zeros(epochs)
    for t in range(epochs):
        rnd = np.random.randint(0, len(x), batch_size)
        gradient = 2 / batch_size * np.dot(x[rnd], x[rnd] * w - y[rnd])
        w -= lr * gradient
        ws[t] = w
    return ws
