# earns: full
import torch as t
from torch.nn import Linear, Module


class LinearModel(Module):
    def __init__(self):
        super().__init__()
        self.linear = Linear(1, 1)

    forward = lambda self, x: self.linear(x)


def train(model, x, y, lr, epochs):
    losses = t.zeros(epochs, dtype=x.dtype)
    for i in range(epochs):
        model.zero_grad()
        loss = ((model(x) - y) ** 2).sum()
        loss.backward()
        with t.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
        losses[i] = loss.detach()
    return losses
