# names: M24
import torch

def by_grad(x, y, w):
    w.requires_grad_()
    out = x @ w
    loss = out.pow(2).mean()
    return torch.autograd.grad(loss, w)[0]

def by_backward(x, y, w):
    w.requires_grad_()
    w.grad = None
    out = x @ w
    loss = out.pow(2).mean()
    loss.backward()
    return w.grad
