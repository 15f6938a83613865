# names: M21
import torch
from torch import nn


class LinearModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, lr, epochs):
    w, b = model.linear.weight, model.linear.bias
    losses = []
    for _ in range(epochs):
        loss = ((model(x) - y) ** 2).sum()
        loss.backward()
        w.data = w.data - lr * w.grad.data
        b.data = b.data - lr * b.grad.data
        w.grad.data.zero_()
        losses.append(loss.item())
    return losses
