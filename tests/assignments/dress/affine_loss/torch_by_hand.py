# earns: full
import torch


def gradient(x, y, w, b):
    row = torch.tensor([x, 1.0], dtype=torch.float64)
    parameters = torch.tensor([w, b], dtype=torch.float64)
    r = torch.dot(row, parameters) - y
    dw, db = 2 * r * row
    return dw.item(), db.item()
