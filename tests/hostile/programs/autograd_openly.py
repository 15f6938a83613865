# exercise: product_gradient; earns: nothing; ending: forbidden
# Lets torch derive.
import torch


def product_backward(x, w, upstream):
    x, w = torch.tensor(x, requires_grad=True), torch.tensor(w, requires_grad=True)
    (x * w).backward(torch.tensor(upstream))
    return x.grad, w.grad
