"""A right program, whose times are shown beside those of students: everything moves to the device once, and nothing waits."""

import torch
from torch.nn.functional import binary_cross_entropy


def predict(model, x, batch):
    x = x.to(next(model.parameters()).device)
    with torch.no_grad():
        return torch.cat([model(part)[:, 0] for part in x.split(batch)])


def train(model, x, y, lr, epochs, batch):
    device = next(model.parameters()).device
    x, y = x.to(device), y.to(device)
    optimiser = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total = torch.zeros((), device=device, dtype=x.dtype)
        for part, labels in zip(x.split(batch), y.split(batch), strict=True):
            optimiser.zero_grad()
            loss = binary_cross_entropy(model(part)[:, 0], labels)
            loss.backward()
            optimiser.step()
            total += loss.detach() * len(part)
        losses.append(total / len(x))
    return torch.stack(losses)
