# earns: full
import torch

# one sample after the other; the gradients of a sum add up, which is just what backward() does

def by_grad(x, y, w):
    v = torch.tensor(w.tolist(), dtype=torch.float64, requires_grad=True)
    total = 0
    for i in range(len(y)):
        y_hat = 0
        for j in range(len(v)):
            y_hat = y_hat + x[i, j] * v[j]
        total = total + (y_hat - y[i]) ** 2
    loss = total / len(y)
    return torch.autograd.grad(loss, v)[0].tolist()


def by_backward(x, y, w):
    v = torch.tensor(w.tolist(), dtype=torch.float64, requires_grad=True)
    for xi, yi in zip(x, y):
        (((xi * v).sum() - yi) ** 2 / len(y)).backward()
    return v.grad.tolist()
