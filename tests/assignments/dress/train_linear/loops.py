# earns: full
def train(x, y, w, lr, epochs):
    ws = []
    losses = []
    for epoch in range(epochs):
        for i in range(len(x)):
            r = x[i] * w - y[i]
            losses.append(r ** 2)
            grad = 2 * x[i] * r
            w = w - lr * grad
            ws.append(w)
    return ws, losses
