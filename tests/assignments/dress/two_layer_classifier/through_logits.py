# earns: full
import torch
from torch import nn


class LinearNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 10)
        self.output = nn.Linear(10, 1)

    def logits(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))

    def forward(self, x):
        return torch.sigmoid(self.logits(x))


def bce(p, y):
    return nn.functional.binary_cross_entropy(p, y)


class Trainer:
    """Trains on logits, which is stable; the loss is the same number."""

    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.0)
        self.criterion = nn.BCEWithLogitsLoss()

    def epoch(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model.logits(x).flatten(), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def train(model, x, y, lr, epochs):
    trainer = Trainer(model, lr)
    return [trainer.epoch(x, y) for _ in range(epochs)]
