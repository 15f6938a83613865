# earns: full
import math

import torch
import torch.nn.functional as F


class LinearNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(4, 10)
        self.output = torch.nn.Linear(10, 1)

    def forward(self, x):
        h = F.linear(x, self.hidden.weight, self.hidden.bias).sigmoid()
        return F.linear(h, self.output.weight, self.output.bias).sigmoid()


def bce(p, y):
    total = 0.0
    for pi, yi in zip(p.tolist(), y.tolist()):
        total -= math.log(pi) if yi == 1 else math.log(1 - pi)
    return total / len(p)


def train(model, x, y, lr, epochs):
    history = []
    for _ in range(epochs):
        model.zero_grad()
        loss = F.binary_cross_entropy(model(x), y.unsqueeze(1))
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        history.append(loss)
    return history
