# earns: full
def train(x, y, w1, w2, b, lr, epochs):
    params = []
    losses = []
    for epoch in range(epochs):
        for i in range(len(x)):
            r = w1 * x[i] ** 2 + w2 * x[i] + b - y[i]
            losses.append(r ** 2)
            dw1 = 2 * r * x[i] ** 2
            dw2 = 2 * r * x[i]
            db = 2 * r
            w1 = w1 - lr * dw1
            w2 = w2 - lr * dw2
            b = b - lr * db
            params.append([w1, w2, b])
    return params, losses
