# names: M47
import torch
from torch.nn.functional import binary_cross_entropy


def where(model):
    return next(model.parameters()).device


def predict(model, x, batch):
    x = x.to(where(model))
    found = []
    with torch.no_grad():
        for part in torch.split(x, batch):
            found.append(model(part).squeeze(1))
    return torch.cat(found)


def train(model, x, y, lr, epochs, batch):
    x, y = x.to(where(model)), y.to(where(model))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total = torch.zeros((), device=x.device, dtype=x.dtype)
        for start in range(0, len(x) - batch + 1, batch):
            xb, yb = x[start:start + batch], y[start:start + batch]
            loss = binary_cross_entropy(model(xb).squeeze(1), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(xb)
        losses.append(total / max(len(x) // batch * batch, 1))
    return torch.stack(losses)
