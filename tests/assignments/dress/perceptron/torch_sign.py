# names: M14
import torch


def gradient(x, w, y):
    o = torch.sigmoid(x @ w.t())
    dL_do = -2 * (o - y)
    do_dz = o * (1 - o)
    return (dL_do * do_dz).t() @ x
