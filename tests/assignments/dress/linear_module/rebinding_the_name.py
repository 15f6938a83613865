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
    losses = []
    for _ in range(epochs):
        loss = torch.sum((model(x) - y) ** 2)
        loss.backward()
        for p in model.parameters():
            p = p - lr * p.grad
        model.zero_grad()
        losses.append(float(loss))
    return losses
