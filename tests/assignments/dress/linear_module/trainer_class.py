# earns: full
import torch


class LinearModel(torch.nn.Module):
    def __init__(self, inputs=1, outputs=1):
        super().__init__()
        self.linear = torch.nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.linear(x)


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.SGD([{"params": [p]} for p in model.parameters()], lr=lr)

    def step(self, x, y):
        def closure():
            self.optimizer.zero_grad()
            loss = torch.sum(torch.square(y - self.model(x)))
            loss.backward()
            return loss

        return self.optimizer.step(closure)


def train(model, x, y, lr, epochs):
    trainer = Trainer(model, lr)
    return [trainer.step(x, y) for _ in range(epochs)]
