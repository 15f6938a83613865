# names: M13
import torch


def by_grad(x, y, w):
    w.requires_grad_(True)
    loss = torch.mean((torch.matmul(x, w) - y) ** 2)
    dw = torch.autograd.grad(loss, w)[0]
    return dw / x.shape[0]          # 对样本数取平均


def by_backward(x, y, w):
    w.requires_grad_(True)
    if w.grad is not None:
        w.grad.zero_()
    loss = torch.mean((torch.matmul(x, w) - y) ** 2)
    loss.backward()
    return w.grad / x.shape[0]      # 对样本数取平均
