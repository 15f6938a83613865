# names: M45
import torch
import torch.nn.functional as F


def softmax(a):
    return F.softmax(a, dim=0)


def softmax_jacobian(a):
    return torch.autograd.functional.jacobian(softmax, a)


def softmax_backward(p, upstream):
    a = p.log().requires_grad_(True)
    q = F.softmax(a, dim=1)
    q.backward(upstream)
    return a.grad
