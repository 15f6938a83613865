# names: M45
import torch


def product_backward(x, w, upstream):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    f = x * w
    f.backward(torch.tensor(upstream, dtype=torch.float64))
    return x.grad.item(), w.grad.item()
