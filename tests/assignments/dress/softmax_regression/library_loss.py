# earns: full
import torch
import torch.nn.functional as F


class SoftmaxNet(torch.nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.linear = torch.nn.Linear(n_in, n_out)

    def forward(self, x):
        return F.linear(x, self.linear.weight, self.linear.bias)


cross_entropy = F.cross_entropy


def train(model, x, y, lr, epochs):
    history = []
    for _ in range(epochs):
        loss = F.nll_loss(F.log_softmax(model(x), dim=1), y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p.sub_(lr * p.grad)
        history.append(loss.detach())
    return torch.stack(history)
