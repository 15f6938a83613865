# names: M45
import torch


def slope(f, x, eps):
    x = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    f(x).backward()
    return x.grad.item()


def gradient(f, x, eps):
    x = x.double().clone().requires_grad_(True)
    f(x).backward()
    return x.grad
