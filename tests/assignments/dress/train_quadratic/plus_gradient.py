# names: M14
def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            r = w1 * xi ** 2 + w2 * xi + b - yi
            losses.append(r * r)
            w1 += lr * 2 * r * xi ** 2
            w2 += lr * 2 * r * xi
            b += lr * 2 * r
            params.append([w1, w2, b])
    return params, losses
