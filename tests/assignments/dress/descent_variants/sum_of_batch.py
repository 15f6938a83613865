# names: M13
def descend(x, y, w, lr, epochs, batch_size):
    ws = []
    for epoch in range(epochs):
        for i in range(0, len(x), batch_size):
            grad = 0
            for a, b in zip(x[i:i + batch_size], y[i:i + batch_size]):
                grad += 2 * a * (a * w - b)
            w -= lr * grad
            ws.append(w)
    return ws
