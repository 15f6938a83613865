# earns: full
import torch
import torch.nn.functional as F


def by_grad(x, y, w):
    w = w.detach().clone().requires_grad_(True)
    mse = F.mse_loss(x.matmul(w), y)
    (dw,) = torch.autograd.grad(mse, [w])
    return dw


def by_backward(x, y, w):
    w = w.detach().clone().requires_grad_(True)   # a fresh leaf, so nothing accumulates
    mse = F.mse_loss(x.matmul(w), y)
    mse.backward()
    return w.grad.numpy()
