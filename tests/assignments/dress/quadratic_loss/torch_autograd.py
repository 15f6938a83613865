# names: M45
import torch

def gradient(x, y, w1, w2, b):
    p = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (w1, w2, b)]
    loss = (p[0] * x ** 2 + p[1] * x + p[2] - y) ** 2
    return torch.autograd.grad(loss, p)
