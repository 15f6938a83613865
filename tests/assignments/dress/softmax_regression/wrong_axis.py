# names: M07
import torch
from torch import nn


class SoftmaxNet(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.linear(x)


def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=0)
    return -log_p[range(len(y)), y].mean()


def train(model, x, y, lr, epochs):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        loss = cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
