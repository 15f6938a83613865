# earns: full
import torch


@torch.no_grad()
def gradient(x, w, y):
    z = torch.nn.functional.linear(x, w)
    o = z.sigmoid()
    dz = 2 * (o - y).div(y.numel()) * o.mul(1 - o)
    return dz.t().mm(x)
