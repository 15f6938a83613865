# names: M45
import torch


def train(x, y, w1, w2, b, lr, epochs):
    w = torch.tensor([w1, w2, b], dtype=torch.float64, requires_grad=True)
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            loss = (w[0] * xi ** 2 + w[1] * xi + w[2] - yi) ** 2
            loss.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
            params.append(w.data.clone())
            losses.append(loss.item())
    return torch.stack(params), torch.tensor(losses)
