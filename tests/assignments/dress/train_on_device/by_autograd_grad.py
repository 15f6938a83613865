# earns: full
import torch


def cut(x, batch):
    return [x[i:i + batch] for i in range(0, len(x), batch)]


@torch.no_grad()
def predict(model, x, batch):
    x = x.to(next(model.parameters()))
    return torch.cat([model(part)[:, 0] for part in cut(x, batch)])


def step(parameters, gradients, lr):
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            p -= lr * g


def train(model, x, y, lr, epochs, batch):
    parameters = list(model.parameters())
    x, y = x.to(parameters[0].device), y.to(parameters[0].device)
    means = []
    for _ in range(epochs):
        costs = []
        for xb, yb in zip(cut(x, batch), cut(y, batch)):
            p = model(xb)[:, 0]
            cost = -(yb * p.log() + (1 - yb) * (1 - p).log())
            step(parameters, torch.autograd.grad(cost.mean(), parameters), lr)
            costs.append(cost.detach())
        means.append(torch.cat(costs).mean())
    return torch.stack(means)
