# names: M21
class Param:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0


def train(x, y, w, lr, epochs):
    p = Param(w)
    ws, losses = [], []
    for epoch in range(epochs):
        for xi, yi in zip(x, y):
            r = p.data * xi - yi
            p.grad += 2 * r * xi
            p.data = p.data - lr * p.grad
            ws.append(p.data)
            losses.append(r * r)
    return ws, losses
