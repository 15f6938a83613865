"""A right program for two_layer_classifier, as a student hands it in."""

import torch
from torch import nn


class LinearNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 10)
        self.output = nn.Linear(10, 1)

    def forward(self, x):
        return torch.sigmoid(self.output(torch.sigmoid(self.hidden(x))))


def bce(p, y):
    return nn.functional.binary_cross_entropy(p, y)


def train(model, x, y, lr, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        loss = bce(model(x)[:, 0], y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses
