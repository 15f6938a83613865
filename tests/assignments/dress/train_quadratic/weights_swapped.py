# names: M43
def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            r = w1 * xi + w2 * xi ** 2 + b - yi      # y = w1*x + w2*x^2 + b
            losses.append(r ** 2)
            w1 -= lr * 2 * r * xi
            w2 -= lr * 2 * r * xi ** 2
            b -= lr * 2 * r
            params.append([w1, w2, b])
    return params, losses
