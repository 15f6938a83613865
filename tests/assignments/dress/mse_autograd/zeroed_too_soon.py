# names: M21
import torch
import torch.nn.functional as F


def by_grad(x, y, w):
    w.requires_grad_()
    return torch.autograd.grad(F.mse_loss(x @ w, y), w)[0]


def by_backward(x, y, w):
    w.requires_grad_()
    F.mse_loss(x @ w, y).backward()
    dw = w.grad
    w.grad.zero_()   # so that it does not accumulate
    return dw
