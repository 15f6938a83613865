# names: M22
import torch
from torch import nn


class LinearModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


def train(model, x, y, lr, epochs):
    w = model.linear.weight
    b = model.linear.bias
    losses = []
    for _ in range(epochs):
        loss = torch.sum((x * w + b - y) ** 2)
        loss.backward()
        losses.append(loss.item())
        w = w - lr * w.grad
        b = b - lr * b.grad
    return losses
