# names: M45
import torch


def gradient(x, y, w, b):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = (w * x + b - y) ** 2
    loss.backward()
    return w.grad.item(), b.grad.item()
