# exercise: softmax_derivative; earns: all; ending: answered
"""numpy and torch together on one line, habits of requires_grad, in-place steps, threads in matmul."""
import numpy as np, torch


def softmax(a):
    a = torch.as_tensor(a, dtype=torch.float64).clone()
    a -= a.max()
    a.exp_()
    a /= a.sum()
    return a.numpy()


def softmax_jacobian(a):
    p = torch.from_numpy(softmax(a)).view(-1, 1)
    torch.set_num_threads(2)
    assert (torch.ones(400, 400) @ torch.ones(400, 400))[0, 0] == 400
    return torch.diagflat(p) - torch.mm(p, p.t())


def softmax_backward(p, upstream):
    p, upstream = (torch.as_tensor(np.array(t), dtype=torch.float64) for t in (p, upstream))
    J = torch.diag_embed(p) - p.unsqueeze(2) * p.unsqueeze(1)
    return torch.bmm(J, upstream.unsqueeze(2)).squeeze(2)
