# earns: full
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.linear = nn.Linear(len(w), 1, bias=False, dtype=w.dtype)
        with torch.no_grad():
            self.linear.weight.copy_(w[None, :])

    def forward(self, x):
        return self.linear(x).squeeze(1)


def by_grad(x, y, w):
    model = Model(w.detach())
    loss = nn.MSELoss()(model(x), y)
    return torch.autograd.grad(loss, model.linear.weight)[0].flatten()


def by_backward(x, y, w):
    model = Model(w.detach())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    nn.MSELoss()(model(x), y).backward()
    return model.linear.weight.grad.flatten()
