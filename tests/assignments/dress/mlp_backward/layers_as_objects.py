# earns: full
import numpy as np


class Sigmoid:
    def forward(self, z):
        self.out = 1 / (1 + np.exp(-z))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)


class Affine:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, dout):
        self.dw = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.w.T


class HalfMeanSquare:
    def __init__(self, y):
        self.y = y

    def backward(self, output):
        return (output - self.y) / self.y.shape[0]


class Net:
    def __init__(self, w1, b1, w2, b2):
        self.fc1, self.act1 = Affine(w1, b1), Sigmoid()
        self.fc2, self.act2 = Affine(w2, b2), Sigmoid()

    def forward(self, x):
        hidden = self.act1.forward(self.fc1.forward(x))
        return hidden, self.act2.forward(self.fc2.forward(hidden))

    def backward(self, x, y):
        _, output = self.forward(x)
        dz2 = self.act2.backward(HalfMeanSquare(y).backward(output))
        dz1 = self.act1.backward(self.fc2.backward(dz2))
        self.fc1.backward(dz1)
        return dz2, self.fc2.dw, self.fc2.db, dz1, self.fc1.dw, self.fc1.db


def forward(x, w1, b1, w2, b2):
    return Net(w1, b1, w2, b2).forward(x)


def backward(x, y, w1, b1, w2, b2):
    return Net(w1, b1, w2, b2).backward(x, y)


def step(x, y, w1, b1, w2, b2, lr):
    net = Net(w1, b1, w2, b2)
    net.backward(x, y)
    for fc in (net.fc1, net.fc2):
        fc.w = fc.w - lr * fc.dw
        fc.b = fc.b - lr * fc.db
    return net.fc1.w, net.fc1.b, net.fc2.w, net.fc2.b
