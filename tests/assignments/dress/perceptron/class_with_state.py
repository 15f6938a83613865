# earns: full
import numpy as np


class Perceptron:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        self.z = np.dot(x, self.w.T)
        self.o = 0.5 * (1 + np.tanh(self.z / 2))
        return self.o

    def backward(self, y):
        dr = 2 * (self.o - y)
        dz = dr * (1 - self.o) * self.o
        return np.dot(dz.T, self.x)


def gradient(x, w, y):
    unit = Perceptron(w)
    unit.forward(x)
    return unit.backward(y)
