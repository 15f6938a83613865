# names: M20
import torch


def mse(x, y, w):
    y_hat = torch.mm(x, w.view(-1, 1))
    return ((y_hat - y) ** 2).mean()


def by_grad(x, y, w):
    w = w.detach().requires_grad_()
    return torch.autograd.grad(mse(x, y, w), w)[0]


def by_backward(x, y, w):
    w = w.clone().detach().requires_grad_()
    mse(x, y, w).backward()
    return w.grad
