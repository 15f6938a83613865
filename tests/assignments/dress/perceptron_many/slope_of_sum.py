# names: M05
import torch

def gradient(x, w, y):
    m = len(w)
    z = torch.mm(x, w.t())
    o = torch.sigmoid(z)
    delta = 2 * (o - y) / m * z * (1 - z)
    return torch.mm(delta.t(), x)
