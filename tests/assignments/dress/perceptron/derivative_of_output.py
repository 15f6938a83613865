# names: M05
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def d_sigmoid(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradient(x, w, y):
    o = sigmoid(np.dot(x, w.T))
    # 误差乘以导数再乘以输入
    return np.dot((2 * (o - y) * d_sigmoid(o)).T, x)
