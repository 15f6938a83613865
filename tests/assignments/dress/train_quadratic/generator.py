# earns: full
def steps(x, y, p, lr, epochs):
    for _ in range(epochs):
        for a, t in zip(x, y):
            e = (p[0] * a + p[1]) * a + p[2] - t
            p = tuple(w - 2 * lr * e * d for w, d in zip(p, (a * a, a, 1)))
            yield p, e * e


def train(x, y, w1, w2, b, lr, epochs):
    return tuple(zip(*steps(x, y, (w1, w2, b), lr, epochs)))
