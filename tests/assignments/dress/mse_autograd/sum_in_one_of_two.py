# names: M13 M21
import torch

def by_grad(x, y, w):
    w.requires_grad_()
    loss = ((x @ w - y) ** 2).sum()
    return torch.autograd.grad(loss, w)[0]

def by_backward(x, y, w):
    w.requires_grad_()
    loss = ((x @ w - y) ** 2).mean()
    loss.backward()
    return w.grad
