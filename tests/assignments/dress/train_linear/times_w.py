# names: M42
def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for epoch in range(epochs):
        for i in range(len(x)):
            losses.append((w * x[i] - y[i]) ** 2)
            w = w - lr * 2 * (w * x[i] - y[i]) * w
            ws.append(w)
    return ws, losses
