# earns: full
import torch
from torch import nn


class Trainer:
    """Keeps model, data and losses where the model is."""

    def __init__(self, model, lr):
        self.model, self.device = model, next(model.parameters()).device
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        self.loss = nn.BCELoss()

    def epoch(self, x, y, batch):
        total, seen = 0.0, 0
        for xb, yb in zip(x.split(batch), y.split(batch)):
            self.optimizer.zero_grad()
            loss = self.loss(self.model(xb), yb.unsqueeze(1))
            loss.backward()
            self.optimizer.step()
            total, seen = total + loss.detach() * xb.shape[0], seen + xb.shape[0]
        return total / seen


def predict(model, x, batch):
    device = next(model.parameters()).device
    p = torch.empty(len(x), device=device, dtype=x.dtype)
    with torch.no_grad():
        for i in range(0, len(x), batch):
            p[i:i + batch] = model(x[i:i + batch].to(device))[:, 0]
    return p


def train(model, x, y, lr, epochs, batch):
    trainer = Trainer(model, lr)
    x, y = x.to(trainer.device), y.to(trainer.device)
    return torch.stack([trainer.epoch(x, y, batch) for _ in range(epochs)])
