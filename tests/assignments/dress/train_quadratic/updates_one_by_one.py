# names: M17
def y_hat(x, w1, w2, b):
    return w1 * x * x + w2 * x + b


def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            losses.append((y_hat(xi, w1, w2, b) - yi) ** 2)
            w1 -= lr * 2 * (y_hat(xi, w1, w2, b) - yi) * xi ** 2
            w2 -= lr * 2 * (y_hat(xi, w1, w2, b) - yi) * xi
            b -= lr * 2 * (y_hat(xi, w1, w2, b) - yi)
            params.append([w1, w2, b])
    return params, losses
