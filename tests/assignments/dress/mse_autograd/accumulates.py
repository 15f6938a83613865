# names: M21
import torch


def by_grad(x, y, w):
    w.requires_grad_()
    mse = ((x @ w - y) ** 2).mean()
    return torch.autograd.grad(mse, w)[0]


def by_backward(x, y, w):
    w.requires_grad_()
    mse = ((x @ w - y) ** 2).mean()
    mse.backward()
    return w.grad
