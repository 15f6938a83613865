# exercise: softmax_derivative; earns: all; ending: answered
"""torch for arithmetic only: tensors instead of arrays, and every derivative by hand."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


@torch.no_grad()
def softmax(a):
    return F.softmax(a, dim=0)


def softmax_jacobian(a):
    with torch.no_grad():
        p = torch.softmax(a.clone().detach(), 0)
        return torch.diag(p) - torch.outer(p, p)


def softmax_backward(p, upstream):
    return p * (upstream - torch.sum(p * upstream, dim=1, keepdim=True))
