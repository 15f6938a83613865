# names: M12
def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            err = xi * w - yi
            losses.append(err ** 2)
            w = w - lr * err * xi
            ws.append(w)
    return ws, losses
