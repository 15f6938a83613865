# names: M39
def forward(x, w):
    return x * w


def loss(x, y, w):
    return (forward(x, w) - y) ** 2


def train(x, y, w, lr, epochs):
    ws, losses = [], []
    for epoch in range(epochs):
        for x_val, y_val in zip(x, y):
            grad = 2 * x_val * (forward(x_val, w) - y_val)
            w = w - lr * grad
            l = loss(x_val, y_val, w)
            print('\tgrad:', x_val, y_val, grad)
            ws.append(w)
            losses.append(l)
    return ws, losses
