# names: M45
import torch


def forward(x, y, w):
    return x * w, x * w - y, (x * w - y) ** 2


def gradient(x, y, w):
    w = torch.tensor([w], dtype=torch.float64)
    w.requires_grad = True
    loss = (x * w - y) ** 2
    loss.backward()
    return w.grad.item()
