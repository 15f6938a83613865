# names: M33
def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for _ in range(epochs):
        for i in range(len(x)):
            d = w * x[i] - y[i]
            losses.append(d ** 2)
            w -= lr * 2 * d
            ws.append(w)
    return ws, losses
