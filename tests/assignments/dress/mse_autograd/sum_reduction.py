# names: M13
import torch
from torch import nn

criterion = nn.MSELoss(reduction="sum")


def by_grad(x, y, w):
    w = w.clone().requires_grad_()
    return torch.autograd.grad(criterion(x @ w, y), w)[0]


def by_backward(x, y, w):
    w = w.clone().requires_grad_()
    criterion(x @ w, y).backward()
    return w.grad
