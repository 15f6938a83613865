# earns: full
import torch
import torch.nn.functional as F

x = torch.randn(1, 10)
w = torch.randn(1, 10)
print(F.mse_loss(torch.sigmoid(x @ w.t()), torch.ones(1, 1)))


def gradient(x, w, y):
    o = torch.sigmoid(x @ w.t())
    return 2 * (o - y) * o * (1 - o) * x
