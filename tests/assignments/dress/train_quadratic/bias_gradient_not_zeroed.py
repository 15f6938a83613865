# names: M21
def train(x, y, w1, w2, b, lr, epochs):
    params, losses = [], []
    g1 = g2 = g3 = 0
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            r = w1 * xi ** 2 + w2 * xi + b - yi
            losses.append(r ** 2)
            g1 += 2 * r * xi ** 2
            g2 += 2 * r * xi
            g3 += 2 * r
            w1 -= lr * g1
            w2 -= lr * g2
            b -= lr * g3
            g1 = g2 = 0          # b.grad.data.zero_() 漏了
            params.append((w1, w2, b))
    return params, losses
