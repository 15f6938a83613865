# earns: full
import torch

x = torch.tensor(1.)
w1 = torch.tensor(2.)
b1 = torch.tensor(1.)
w2 = torch.tensor(2.)
b2 = torch.tensor(1.)
y1 = x * w1 + b1
y2 = y1 * w2 + b2
dy2_dy1 = w2
dy1_dw1 = x
print(dy2_dy1 * dy1_dw1)     # 2


def edges(x, w1, b1, w2, b2):
    one = torch.ones(())
    return {"y1": {"x": w1, "w1": x, "b1": one}, "y2": {"y1": w2, "w2": x * w1 + b1, "b2": one}}


def paths(x, w1, b1, w2, b2):
    return w2 * w1, w2 * x, w2 * 1, x * w1 + b1, 1


def gradient(x, t, w1, b1, w2, b2):
    y1 = x * w1 + b1
    o = torch.sigmoid(y1 * w2 + b2)
    dy2 = 2 * (o - t) * o * (1 - o)
    dy1 = dy2 * w2
    return (dy1 * x).mean(), dy1.mean(), (dy2 * y1).mean(), dy2.mean()
