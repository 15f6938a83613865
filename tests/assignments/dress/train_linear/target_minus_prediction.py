# names: M14
def loss(x, y, w):
    return (y - x * w) ** 2

def gradient(x, y, w):
    return 2 * x * (y - x * w)

def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for e in range(epochs):
        for a, b in zip(x, y):
            losses.append(loss(a, b, w))
            w = w - lr * gradient(a, b, w)
            ws.append(w)
    return ws, losses
