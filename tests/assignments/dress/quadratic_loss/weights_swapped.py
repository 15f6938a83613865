# names: M43
import torch

def gradient(x, y, w1, w2, b):
    phi = torch.tensor([x, x ** 2, 1.0], dtype=torch.float64)   # y = w1*x + w2*x^2 + b
    r = (phi * torch.tensor([w1, w2, b], dtype=torch.float64)).sum() - y
    return (2 * r * phi).tolist()
