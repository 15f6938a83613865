# names: M24
import torch

def by_grad(x, y, w):
    w.requires_grad_()
    loss = torch.mean(y - x @ w) ** 2
    return torch.autograd.grad(loss, w)[0]

def by_backward(x, y, w):
    w.requires_grad_()
    w.grad = None
    loss = torch.mean(y - x @ w) ** 2
    loss.backward()
    return w.grad
