# earns: full
def cost_gradient(xs, ys, w):
    total = 0.0
    for x, y in zip(xs, ys):
        total += 2 * x * (x * w - y)
    return total / len(xs)


def descend(x, y, w, lr, epochs, batch_size):
    x = list(x)
    y = list(y)
    ws = []
    epoch = 0
    while epoch < epochs:
        i = 0
        while i < len(x):
            w -= lr * cost_gradient(x[i:i + batch_size], y[i:i + batch_size], w)
            ws.append(w)
            i += batch_size
        epoch += 1
    return ws
