# names: M40
import torch
from torch import nn


class LinearNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 10)
        self.output = nn.Linear(10, 1)

    def forward(self, x):
        x = torch.sigmoid(self.hidden(x))
        return torch.sigmoid(self.output(x))


def bce(p, y):
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def train(model, x, y, lr, epochs):
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.output.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        p = model(x).squeeze(1)
        loss = criterion(p, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
