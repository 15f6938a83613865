# names: M45
import torch


def forward(x, w1, b1, w2, b2):
    hidden = torch.sigmoid(x @ w1 + b1)
    return hidden, torch.sigmoid(hidden @ w2 + b2)


def backward(x, y, w1, b1, w2, b2):
    w1, b1, w2, b2 = (p.clone().requires_grad_() for p in (w1, b1, w2, b2))
    z1 = x @ w1 + b1
    z1.retain_grad()
    z2 = torch.sigmoid(z1) @ w2 + b2
    z2.retain_grad()
    loss = 0.5 * ((torch.sigmoid(z2) - y) ** 2).sum() / len(x)
    loss.backward()
    return z2.grad, w2.grad, b2.grad, z1.grad, w1.grad, b1.grad


def step(x, y, w1, b1, w2, b2, lr):
    _, dw2, db2, _, dw1, db1 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
