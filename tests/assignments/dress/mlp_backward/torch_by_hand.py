# earns: full
import torch


def forward(x, w1, b1, w2, b2):
    hidden = torch.sigmoid(torch.addmm(b1, x, w1))
    return hidden, torch.sigmoid(torch.addmm(b2, hidden, w2))


def backward(x, y, w1, b1, w2, b2):
    hidden, output = forward(x, w1, b1, w2, b2)
    dz2 = (output - y).div(len(x)).mul(output).mul(1 - output)
    dz1 = dz2.matmul(w2.t()).mul(hidden).mul(1 - hidden)
    return dz2, hidden.t().matmul(dz2), dz2.sum(0), dz1, x.t().matmul(dz1), dz1.sum(0)


def step(x, y, w1, b1, w2, b2, lr):
    _, dw2, db2, _, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    with torch.no_grad():
        return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
