# earns: full
import torch

def softmax(a):
    e = torch.exp(a - a.max())
    return e / e.sum()

def softmax_jacobian(a):
    p = softmax(a)
    return torch.diag(p) - torch.outer(p, p)

def softmax_backward(p, upstream):
    J = torch.diag_embed(p) - p.unsqueeze(2) * p.unsqueeze(1)
    return torch.bmm(J, upstream.unsqueeze(2)).squeeze(2)
