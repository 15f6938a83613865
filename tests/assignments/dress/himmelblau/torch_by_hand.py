# earns: full
import torch


def value(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def gradient(x):
    u, v = x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7
    return torch.stack((4 * u * x[0] + 2 * v, 2 * u + 4 * v * x[1]))


def minimise(x0, lr, steps):
    x, m, s = x0.clone(), torch.zeros_like(x0), torch.zeros_like(x0)
    path = [x.clone()]
    for t in range(1, steps + 1):
        g = gradient(x)
        m.mul_(0.9).add_(g, alpha=0.1)
        s.mul_(0.999).addcmul_(g, g, value=0.001)
        x -= lr * (m / (1 - 0.9**t)) / ((s / (1 - 0.999**t)).sqrt() + 1e-8)
        path.append(x.clone())
    return torch.stack(path)
